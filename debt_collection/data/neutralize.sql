-- a copy of the database must never write to the debtors of the original
UPDATE res_company SET collection_stopped = true;
UPDATE collection_action
   SET state = 'cancelled'
 WHERE state IN ('proposed', 'approved', 'queued', 'deferred', 'sending');
UPDATE collection_action_line line
   SET live = false
  FROM collection_action action
 WHERE action.id = line.action_id AND action.state = 'cancelled';
UPDATE mail_mail SET state = 'cancel' WHERE collection_action_id IS NOT NULL AND state = 'outgoing';
UPDATE mail_mail mail SET state = 'cancel'
  FROM mail_message message
 WHERE message.id = mail.mail_message_id AND message.model = 'collection.plan.line' AND mail.state = 'outgoing';
UPDATE sms_sms SET state = 'canceled' WHERE collection_action_id IS NOT NULL AND state = 'outgoing';
-- the seals of a copy are nobody's evidence
UPDATE res_company SET collection_seal_email = NULL;
UPDATE mail_mail mail SET state = 'cancel'
  FROM collection_statement_line line
 WHERE line.mail_id = mail.id AND mail.state = 'outgoing';
UPDATE collection_statement_run SET state = 'cancelled' WHERE state = 'running';
UPDATE res_company SET collection_statement_monthly = false;
-- a link that was sent to a debtor opens the original, never a copy, and none that a copy makes opens the original
UPDATE collection_debtor SET page_key = DEFAULT;
-- nor may a link to a page of the original leave
UPDATE mail_mail SET state = 'cancel' WHERE state = 'outgoing' AND body_html LIKE '%/collections/page/%';
