-- A receivables ledger of any size, as Odoo 19 stores one, for measuring. Never for a database that anybody uses.
--
--     python bench/ledger.py DATABASE PARTNERS INVOICES SEED     (prepares what this file presupposes, then runs it)
--
-- Debtors pay by habit: some early, some a month late. Of the receivable lines about three in four have been settled by
-- a bank payment; some are paid in part, some by a payment that nobody has matched yet, the rest are open. Invoices
-- are of the last 24 months, payable within 30 days or in two or three monthly instalments. A fifth of the debtors also
-- buy in a second currency, some are invoiced through a contact of theirs, and a branch issues every eighth invoice.
-- The variables partners, invoices and seed decide all of it, relative to today.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET synchronous_commit = off;
SET work_mem = '256MB';
SET maintenance_work_mem = '512MB';
-- what is inserted here refers to what is inserted here: foreign keys are right by construction
SET session_replication_role = replica;

SELECT c.id AS company, c.currency_id AS currency, branch.id AS branch,
       foreign_rate.currency_id AS foreign_currency, foreign_rate.rate AS foreign_rate,
       sales.id AS sale_journal, sales.default_account_id AS income,
       bank.id AS bank_journal, bank.default_account_id AS bank, receivable.id AS receivable,
       two.payment_id AS two_parts, three.payment_id AS three_parts
  FROM res_company c
  JOIN res_company branch ON branch.parent_id = c.id
  JOIN res_currency_rate foreign_rate ON foreign_rate.company_id = c.id AND foreign_rate.currency_id != c.currency_id
  JOIN account_journal sales ON sales.company_id = c.id AND sales.type = 'sale'
  JOIN account_journal bank ON bank.company_id = c.id AND bank.type = 'bank'
  -- the account of partners; the chart has others, for points of sale
  JOIN account_account receivable ON receivable.account_type = 'asset_receivable'
                                 AND receivable.code_store->>'1' = '121000'
  JOIN (SELECT payment_id FROM account_payment_term_line GROUP BY payment_id
        HAVING count(*) = 2 AND min(nb_days) = 30 AND max(nb_days) = 60) two ON true
  JOIN (SELECT payment_id FROM account_payment_term_line GROUP BY payment_id
        HAVING count(*) = 3 AND min(nb_days) = 30 AND max(nb_days) = 90) three ON true
 WHERE c.id = 1
\gset
SELECT (SELECT coalesce(max(id), 0) FROM res_partner) AS last_partner,
       (SELECT coalesce(max(id), 0) FROM account_move) AS last_move,
       (SELECT coalesce(max(id), 0) FROM account_move_line) AS last_line,
       (SELECT coalesce(max(id), 0) FROM account_partial_reconcile) AS last_partial,
       (SELECT coalesce(max(id), 0) FROM account_full_reconcile) AS last_full
\gset
SELECT setseed(:seed / 1000.0) \g /dev/null

-- Who owes ----------------------------------------------------------------------------------------------------------

CREATE TEMP TABLE debtor AS
SELECT n,
       :last_partner + n AS id,
       (ARRAY[-4, 0, 3, 8, 15, 30, 55])[1 + trunc(7 * power(random(), 1.5))::int] AS habit,
       4 + 12 * random() AS spread,
       random() < 0.20 AS buys_abroad,
       random() < 0.15 AS has_contact,
       random() AS language,
       random() < 0.97 AS has_email,
       random() < 0.90 AS has_street
  FROM generate_series(1, :partners) n;
ALTER TABLE debtor ADD contact_id int;
UPDATE debtor
   SET contact_id = numbered.id
  FROM (SELECT n, :last_partner + :partners + row_number() OVER (ORDER BY n) AS id
          FROM debtor
         WHERE has_contact) numbered
 WHERE numbered.n = debtor.n;

INSERT INTO res_partner (id, name, complete_name, commercial_company_name, is_company, parent_id,
        commercial_partner_id, type, email, email_normalized, street, city, zip, country_id, lang, active,
        partner_share, customer_rank, supplier_rank, message_bounce, autopost_bills, color,
        create_uid, write_uid, create_date, write_date)
SELECT who.id, who.name, who.complete_name, 'Debtor ' || debtor.n, who.parent_id IS NULL, who.parent_id,
       debtor.id, who.type, who.email, who.email,
       CASE WHEN has_street THEN n || ' High Street' END, CASE WHEN has_street THEN 'Springfield' END,
       CASE WHEN has_street THEN lpad((n % 100000)::text, 5, '0') END, us.res_id,
       CASE WHEN language < 0.85 THEN 'en_US' WHEN language < 0.95 THEN 'fr_FR' ELSE 'ar_001' END,
       true, true, 1, 0, 0, 'ask', 0, 1, 1, now(), now()
  FROM debtor
  JOIN ir_model_data us ON us.module = 'base' AND us.name = 'us'
 CROSS JOIN LATERAL (
       SELECT debtor.id, 'Debtor ' || n AS name, 'Debtor ' || n AS complete_name, NULL::int AS parent_id,
              'contact' AS type, CASE WHEN has_email THEN 'debtor' || n || '@example.com' END AS email
    UNION ALL
       SELECT contact_id, 'Accounts payable', 'Debtor ' || n || ', Accounts payable', debtor.id, 'invoice',
              'payable' || n || '@example.com'
        WHERE has_contact
       ) who;

-- What they were invoiced ---------------------------------------------------------------------------------------------

CREATE TEMP TABLE invoice AS
WITH drawn AS (
    SELECT n,
           1 + trunc(:partners * power(random(), 1.3))::int AS debtor_n,
           round((15 + 12 * exp(6.2 * random()))::numeric, 2) AS total,
           current_date - trunc(730 * random())::int AS issued,
           random() AS fate,
           random() AS terms,
           random() < 0.70 AS abroad,
           random() < 0.50 AS to_contact,
           random() < 0.125 AS of_branch,
           random() < 0.03 AS no_followup
      FROM generate_series(1, :invoices) n
)
SELECT drawn.n, :last_move + drawn.n AS id, debtor.id AS debtor_id, total, issued, fate, no_followup, habit, spread,
       CASE WHEN to_contact THEN coalesce(contact_id, debtor.id) ELSE debtor.id END AS partner_id,
       CASE WHEN of_branch THEN :branch ELSE :company END AS company_id,
       CASE WHEN abroad AND buys_abroad THEN :foreign_currency ELSE :currency END AS currency_id,
       CASE WHEN abroad AND buys_abroad THEN :foreign_rate ELSE 1.0 END AS rate,
       CASE WHEN terms < 0.90 THEN 1 WHEN terms < 0.96 THEN 2 ELSE 3 END AS parts,
       row_number() OVER (PARTITION BY extract(year FROM issued) ORDER BY issued, drawn.n) AS number,
       'INV/' || to_char(issued, 'YYYY/') AS prefix
  FROM drawn
  JOIN debtor ON debtor.n = drawn.debtor_n;

-- one receivable line per instalment, each paid (or not) on its own; the last takes the rounding
CREATE TEMP TABLE term AS
WITH split AS (
    SELECT invoice.n, part, parts, issued, fate, habit, spread, rate,
           issued + 30 * part AS due,
           round(total / rate, 2) AS invoice_balance,
           CASE WHEN part < parts THEN round(total / parts, 2)
                ELSE total - (parts - 1) * round(total / parts, 2)
           END AS amount,
           random() + random() + random() - 1.5 AS luck
      FROM invoice, generate_series(1, parts) part
),
fated AS (
    SELECT split.*,
           CASE WHEN part < parts THEN round(amount / rate, 2)
                ELSE invoice_balance - coalesce(sum(round(amount / rate, 2))
                                                    OVER (PARTITION BY n ORDER BY part
                                                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
           END AS balance,
           CASE WHEN fate < 0.74 THEN 'settled'
                WHEN part > 1 THEN 'open'
                WHEN fate < 0.79 THEN 'part paid'
                WHEN fate < 0.81 THEN 'unmatched'
                ELSE 'open'
           END AS state,
           greatest(issued, due + round(habit + 1.4 * spread * luck)::int) AS would_pay_on
      FROM split
)
SELECT row_number() OVER (ORDER BY n, part) AS position, n, part, parts, due, amount, balance, rate,
       CASE WHEN would_pay_on <= current_date THEN state ELSE 'open' END AS state,
       CASE WHEN would_pay_on <= current_date AND state != 'open' THEN would_pay_on END AS paid_on
  FROM fated;

-- cash is what was paid, paid what of it is matched, each in the line's currency and in the company's
CREATE TEMP TABLE payment AS
SELECT position,
       row_number() OVER (ORDER BY position) AS n,
       row_number() OVER (PARTITION BY extract(year FROM paid_on) ORDER BY paid_on, position) AS number,
       'BNK1/' || to_char(paid_on, 'YYYY/') AS prefix,
       paid_on, state, cash,
       CASE WHEN cash = amount THEN balance ELSE round(cash / rate, 2) END AS cash_balance
  FROM term
 CROSS JOIN LATERAL (SELECT CASE WHEN state = 'part paid' THEN round(amount / 2, 2) ELSE amount END AS cash) half
 WHERE paid_on IS NOT NULL;

CREATE TEMP TABLE receivable AS
SELECT term.*, invoice.id AS move_id, invoice.partner_id, invoice.debtor_id, invoice.company_id, invoice.currency_id,
       invoice.issued, invoice.no_followup, invoice.prefix || lpad(invoice.number::text, 6, '0') AS name,
       payment.n AS payment_n, payment.cash, payment.cash_balance,
       CASE WHEN payment.state != 'unmatched' THEN cash ELSE 0 END AS paid,
       CASE WHEN payment.state != 'unmatched' THEN cash_balance ELSE 0 END AS paid_balance,
       CASE WHEN payment.state = 'settled' THEN (:last_full + payment.n)::text
            WHEN payment.state = 'part paid' THEN 'P' || :last_partial + payment.n
       END AS matching,
       payment.prefix || lpad(payment.number::text, 6, '0') AS payment_name, payment.prefix AS payment_prefix,
       payment.number AS payment_number
  FROM term
  JOIN invoice ON invoice.n = term.n
  LEFT JOIN payment ON payment.position = term.position;
ANALYZE invoice;
ANALYZE receivable;

-- As Odoo stores it ---------------------------------------------------------------------------------------------------

-- an index is built faster than it is kept up
CREATE TEMP TABLE later AS
SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
  FROM pg_index
 WHERE indrelid IN ('account_move'::regclass, 'account_move_line'::regclass, 'account_partial_reconcile'::regclass)
   AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid);
SELECT format('DROP INDEX %s', name) FROM later \gexec

INSERT INTO account_move (id, name, sequence_prefix, sequence_number, state, move_type,
        journal_id, company_id, currency_id, partner_id, commercial_partner_id, partner_shipping_id,
        invoice_partner_display_name, payment_reference, date, invoice_date, invoice_date_due,
        invoice_payment_term_id, invoice_currency_rate,
        amount_untaxed, amount_tax, amount_total, amount_residual,
        amount_untaxed_in_currency_signed, amount_total_in_currency_signed,
        amount_untaxed_signed, amount_tax_signed, amount_total_signed, amount_residual_signed, payment_state,
        auto_post, posted_before, checked, is_manually_modified, invoice_user_id,
        create_uid, write_uid, create_date, write_date)
SELECT id, prefix || lpad(number::text, 6, '0'), prefix, number, 'posted', 'out_invoice',
       :sale_journal, company_id, currency_id, partner_id, debtor_id, debtor_id,
       complete_name, prefix || lpad(number::text, 6, '0'), issued, issued, issued + 30 * parts,
       CASE parts WHEN 2 THEN :two_parts WHEN 3 THEN :three_parts END, rate,
       total, 0, total, total - paid,
       total, total,
       balance, 0, balance, balance - paid_balance,
       CASE WHEN paid = total THEN 'paid' WHEN paid > 0 THEN 'partial' ELSE 'not_paid' END,
       'no', true, true, false, 1,
       1, 1, issued, issued
  FROM invoice
  JOIN (SELECT n, sum(paid) AS paid, sum(balance) AS balance, sum(paid_balance) AS paid_balance
          FROM receivable
      GROUP BY n) sums USING (n)
  JOIN (SELECT id AS partner_id, complete_name FROM res_partner) partner USING (partner_id);

INSERT INTO account_move (id, name, sequence_prefix, sequence_number, state, move_type,
        journal_id, company_id, currency_id, partner_id, commercial_partner_id, invoice_partner_display_name,
        date, invoice_currency_rate, amount_untaxed, amount_tax, amount_total, amount_residual,
        amount_untaxed_in_currency_signed, amount_total_in_currency_signed,
        amount_untaxed_signed, amount_tax_signed, amount_total_signed, amount_residual_signed, payment_state,
        auto_post, posted_before, checked, always_tax_exigible, is_manually_modified,
        create_uid, write_uid, create_date, write_date)
SELECT :last_move + :invoices + payment_n, payment_name, payment_prefix, payment_number, 'posted', 'entry',
       :bank_journal, company_id, currency_id, debtor_id, debtor_id, complete_name,
       paid_on, 0, 0, 0, cash, 0,
       0, cash,
       0, 0, cash_balance, 0, 'not_paid',
       'no', true, true, true, false,
       1, 1, paid_on, paid_on
  FROM receivable
  JOIN (SELECT id AS debtor_id, complete_name FROM res_partner) partner USING (debtor_id)
 WHERE payment_n IS NOT NULL;

SELECT count(*) AS receivables FROM receivable \gset
-- ids: the receivable lines, the income lines, then the two lines of each payment
INSERT INTO account_move_line (id, move_id, move_name, parent_state,
        journal_id, company_id, company_currency_id, currency_id, account_id, partner_id,
        name, display_type, date, invoice_date, date_maturity,
        debit, credit, balance, amount_currency, amount_residual, amount_residual_currency,
        reconciled, no_followup, full_reconcile_id, matching_number,
        quantity, price_unit, price_subtotal, price_total, discount, deductible_amount, sequence,
        create_uid, write_uid, create_date, write_date)
SELECT :last_line + position, move_id, name, 'posted',
       :sale_journal, company_id, :currency, currency_id, :receivable, debtor_id,
       CASE WHEN parts = 1 THEN name ELSE name || ' installment #' || part END, 'payment_term', issued, issued, due,
       balance, 0, balance, amount, balance - paid_balance, amount - paid,
       paid = amount, no_followup, CASE WHEN paid = amount THEN :last_full + payment_n END, matching,
       0, 0, 0, 0, 0, 100, 12000,
       1, 1, issued, issued
  FROM receivable
UNION ALL
SELECT :last_line + :receivables + n, id, prefix || lpad(number::text, 6, '0'), 'posted',
       :sale_journal, company_id, :currency, currency_id, :income, debtor_id,
       'Goods', 'product', issued, issued, NULL,
       0, round(total / rate, 2), -round(total / rate, 2), -total, 0, 0,
       false, false, NULL, NULL,
       1, total, total, total, 0, 100, 100,
       1, 1, issued, issued
  FROM invoice
UNION ALL
SELECT :last_line + :receivables + :invoices + 2 * payment_n - 1, :last_move + :invoices + payment_n,
       payment_name, 'posted', :bank_journal, company_id, :currency, currency_id, :bank, debtor_id,
       'Payment', 'product', paid_on, NULL, NULL,
       cash_balance, 0, cash_balance, cash, cash_balance, cash,
       false, false, NULL, NULL,
       1, 0, 0, cash, 0, 100, 100,
       1, 1, paid_on, paid_on
  FROM receivable
 WHERE payment_n IS NOT NULL
UNION ALL
SELECT :last_line + :receivables + :invoices + 2 * payment_n, :last_move + :invoices + payment_n,
       payment_name, 'posted', :bank_journal, company_id, :currency, currency_id, :receivable, debtor_id,
       'Payment', 'product', paid_on, NULL, paid_on,
       0, cash_balance, -cash_balance, -cash, paid_balance - cash_balance, paid - cash,
       paid = cash, false, CASE WHEN paid = amount THEN :last_full + payment_n END, matching,
       1, 0, 0, -cash, 0, 100, 100,
       1, 1, paid_on, paid_on
  FROM receivable
 WHERE payment_n IS NOT NULL;

INSERT INTO account_full_reconcile (id, create_uid, write_uid, create_date, write_date)
SELECT :last_full + payment_n, 1, 1, paid_on, paid_on FROM receivable WHERE paid = amount;
INSERT INTO account_partial_reconcile (id, debit_move_id, credit_move_id, full_reconcile_id, company_id, max_date,
        debit_currency_id, credit_currency_id, amount, debit_amount_currency, credit_amount_currency,
        create_uid, write_uid, create_date, write_date)
SELECT :last_partial + payment_n, :last_line + position, :last_line + :receivables + :invoices + 2 * payment_n,
       CASE WHEN paid = amount THEN :last_full + payment_n END, company_id, greatest(issued, paid_on),
       currency_id, currency_id, paid_balance, paid, paid, 1, 1, paid_on, paid_on
  FROM receivable
 WHERE paid > 0;

SELECT definition FROM later ORDER BY name \gexec
SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner)),
       setval('account_move_id_seq', (SELECT max(id) FROM account_move)),
       setval('account_move_line_id_seq', (SELECT max(id) FROM account_move_line)),
       setval('account_partial_reconcile_id_seq', (SELECT max(id) FROM account_partial_reconcile)),
       setval('account_full_reconcile_id_seq', (SELECT max(id) FROM account_full_reconcile)) \g /dev/null
VACUUM (ANALYZE) res_partner, account_move, account_move_line, account_partial_reconcile, account_full_reconcile;
