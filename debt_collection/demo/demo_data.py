"""Who the demo company sells to, how they pay, and what is open today. Plain values; demo_company.py books them.

Names, streets and numbers are invented; mail domains are those that RFC 2606 keeps for examples.
"""

from collections import namedtuple

COMPANY = {
    "name": "Cedar Office Supplies",
    "street": "27 Rue Hamra",
    "city": "Beirut",
    "zip": "1103",
    "phone": "+961 1 555 010",
    "email": "accounts@cedar-office.example",
    "website": "https://cedar-office.example",
    "company_registry": "CR 2004-11872",
}
COMPANY_COUNTRY = "base.lb"
BANK = {"name": "Banque du Levant", "bic": "BLEVLBBE"}
IBAN = "LB62 0999 0000 0001 0019 0122 9114"

# login (and password), name, language, groups
USERS = [
    ("amira", "Amira Haddad", "ar_001", ["debt_collection.group_collection_collector"]),
    ("paul", "Paul Martin", "en_US", ["debt_collection.group_collection_collector"]),
    ("claire", "Claire Khoury", "fr_FR", ["account.group_account_invoice", "account.group_account_user"]),
]

GOODS = [
    ("Office chairs", 185),
    ("Standing desks", 420),
    ("Printer paper, pallet", 310),
    ("Toner cartridges", 96),
    ("Meeting table", 780),
    ("Filing cabinets", 240),
    ("Delivery and assembly", 150),
    ("Whiteboards", 130),
    ("Desk lamps", 45),
    ("Archive boxes", 28),
]

# ref: customer number; habit: days after the due date at which invoices are usually paid; history: settled invoices;
# collector: login, or None for the company's default collector; open: what is open today, see below
Debtor = namedtuple("Debtor", "ref name lang country city street zip email phone habit history open children currency "
                              "collector special", defaults=([], None, None, None))  # fmt: skip

# An open invoice: days late today (negative: still to come), amount; `paid` was paid of it, `credited` taken off by a
# credit note; `terms` is an invoice in instalments, of which the first is that many days late
Open = namedtuple("Open", "days amount paid credited no_followup terms", defaults=(0, 0, False, False))

# `special` says what is out of the ordinary about a debtor
COVERED = "covered"  # an unmatched payment covers the whole debt: is never reminded
FOREIGN_CREDIT = "foreign credit"  # a credit note in another currency: a person looks first
BLACKLISTED = "blacklisted"  # the e-mail address is on the blacklist: gets letters

# No open invoice is 1 or 2 days late or due in 4 days: the day after the first batch, nothing is due.
ARABIC = [
    Debtor("C001", "شركة النيل للتجهيزات المكتبية", "ar_001", "eg", "القاهرة", "شارع طلعت حرب 14", "11511",
           "accounts@nile-office.example", "+20 2 2555 0101", 25, 4,
           [Open(45, 4200), Open(12, 1850), Open(-10, 900)]),
    Debtor("C002", "مؤسسة الرياض للتوريدات", "ar_001", "sa", "الرياض", "طريق الملك فهد 210", "12271",
           "finance@riyadh-supplies.example", "+966 11 555 0102", 30, 4, [Open(70, 8600, paid=3000)]),
    Debtor("C003", "مكتبة عمّان الحديثة", "ar_001", "jo", "عمّان", "شارع الرينبو 33", "11181", None,
           "+962 6 555 0103", 12, 4, [Open(25, 2300)]),
    Debtor("C004", "الخليج للخدمات الفندقية ش.م.ح", "ar_001", "ae", "دبي", "شارع الشيخ زايد 88", "00000",
           "payables@gulf-hospitality.example", "+971 4 555 0104", 18, 4, [Open(34, 5100), Open(5, 1200)],
           currency="EUR"),
    Debtor("C005", "مدارس الأرز الأهلية", "ar_001", "lb", "بيروت", "شارع بلس 51", "1102",
           "bursar@cedars-school.example", "+961 1 555 0105", 1, 4, [Open(-2, 1400)]),
    Debtor("C006", "دار الأطلس للنشر", "ar_001", "ma", "الدار البيضاء", "شارع محمد الخامس 120", "20250",
           "comptes@dar-atlas.example", "+212 522 55 01 06", 6, 4, [Open(40, 2750)], special=COVERED),
    Debtor("C007", "عيادات قرطاج", "ar_001", "tn", "تونس", "شارع الحبيب بورقيبة 9", "1001",
           "admin@carthage-clinics.example", "+216 71 555 107", 9, 4, [Open(8, 760), Open(3, 1430)]),
    Debtor("C008", "الإسكندرية للملاحة", "ar_001", "eg", "الإسكندرية", "طريق الكورنيش 302", "21599",
           "info@alex-shipping.example", "+20 3 555 0108", 40, 4, [Open(95, 6400), Open(50, 2100)],
           [("collections", "قسم المطالبات", "claims@alex-shipping.example"),
            ("invoice", "قسم الحسابات", "invoices@alex-shipping.example")]),
    Debtor("C009", "جدة للمقاولات", "ar_001", "sa", "جدة", "شارع التحلية 77", "23326",
           "accounts@jeddah-build.example", "+966 12 555 0109", 3, 4, []),
    Debtor("C010", "الكويت للاستشارات الهندسية", "ar_001", "kw", "مدينة الكويت", "شارع فهد السالم 5", "13001",
           "office@kuwait-engineers.example", "+965 2255 0110", 2, 4, [Open(-1, 3200)]),
]  # fmt: skip
ENGLISH = [
    # what a careless notice would run or break on
    Debtor("C011", 'Smith <b>& Sons "Traders"', "en_US", "uk", "London", "12 Leather Lane", "EC1N 7SS",
           "ledger@smith-sons.example", "+44 20 7946 0111", 11, 3, [Open(15, 980)], collector="paul"),
    Debtor("C012", "Ardwick Print Works Ltd", "en_US", "uk", "Manchester", "4 Devonshire Street", "M12 6BX",
           "hello@ardwick-print.example", "+44 161 496 0112", 20, 4, [Open(28, 3350), Open(-20, 1100)],
           [("invoice", "Accounts Payable", "ap@ardwick-print.example")], collector="paul"),
    Debtor("C013", "Liffey Software DAC", "en_US", "ie", "Dublin", "30 Sir John Rogerson's Quay", "D02 FW44",
           "accounts@liffey.example", "+353 1 555 0113", 28, 4, [Open(62, 4400)], currency="EUR", collector="paul"),
    Debtor("C014", "Harbour Street Cafés", "en_US", "ca", None, None, None, None, "+1 416 555 0114", 14, 3,
           [Open(18, 1250)], collector="paul"),
    Debtor("C015", "Back Bay Dental Group", "en_US", "us", "Boston", "220 Newbury Street", "02116",
           "billing@backbay-dental.example", "+1 617 555 0115", 16, 4,
           [Open(38, 5000, no_followup=True), Open(22, 1700)], collector="paul"),
    Debtor("C016", "Coogee Surf Schools Pty Ltd", "en_US", "au", "Sydney", "8 Arden Street", "2034",
           "money@coogee-surf.example", "+61 2 5550 0116", 15, 4, [Open(33, 2600)], special=FOREIGN_CREDIT,
           collector="paul"),
    Debtor("C017", "Lothian Community Theatre", "en_US", "uk", "Edinburgh", "71 Leith Walk", "EH6 8HH",
           "treasurer@lothian-theatre.example", "+44 131 496 0117", 7, 3, [Open(20, 6000, terms=True)],
           collector="paul"),
    Debtor("C018", "Digbeth Metal Finishing", "en_US", "uk", "Birmingham", "190 Fazeley Street", "B5 5SE",
           "accounts@digbeth-metal.example", "+44 121 496 0118", -2, 4, [], collector="paul"),
    Debtor("C019", "Aire Valley Veterinary", "en_US", "uk", "Leeds", "15 Kirkstall Road", "LS3 1LH",
           "practice@aire-vets.example", "+44 113 496 0119", 0, 4, [Open(-3, 870)], collector="paul"),
    Debtor("C020", "Table Bay Logistics", "en_US", "za", "Cape Town", "60 Strand Street", "8001",
           "creditors@tablebay.example", "+27 21 555 0120", 35, 3, [Open(130, 3900)], collector="paul"),
    Debtor("C031", "Northgate Fitness Clubs Ltd", "en_US", "uk", "York", "2 Gillygate", "YO31 7EQ",
           "reid@northgate-fitness.example", "+44 1904 960 131", 12, 4, [Open(42, 4800), Open(-15, 1350)],
           collector="paul"),
]  # fmt: skip
FRENCH = [
    Debtor("C021", "Ateliers de la Bièvre SARL", "fr_FR", "fr", "Paris", "48 rue Mouffetard", "75005",
           "contact@bievre.example", "+33 1 99 00 01 21", 17, 4, [Open(20, 2950), Open(6, 640)],
           [("collections", "Service recouvrement", "reglements@bievre.example")]),
    Debtor("C022", "Boulangeries Croix-Rousse", "fr_FR", "fr", "Lyon", "3 place de la Croix-Rousse", "69004",
           "desabonne@croix-rousse.example", "+33 4 99 00 01 22", 13, 4, [Open(24, 1880)], special=BLACKLISTED),
    Debtor("C023", "Chantiers du Vieux-Port", "fr_FR", "fr", "Marseille", "17 quai de Rive-Neuve", "13007",
           "compta@vieux-port.example", "+33 4 99 00 01 23", 10, 3, [Open(9, 2240)], currency="EUR"),
    Debtor("C024", "Domaine des Aubépines", "fr_FR", "fr", "Bordeaux", "92 cours de l'Yser", "33800",
           "cave@aubepines.example", "+33 5 99 00 01 24", 1, 4, []),
    Debtor("C025", "Éditions du Beffroi", "fr_FR", "fr", "Lille", "6 rue Esquermoise", "59800",
           "comptabilite@beffroi.example", "+33 3 99 00 01 25", 27, 4, [Open(52, 7300, credited=1300)]),
    Debtor("C026", "Fiduciaire du Léman SA", "fr_FR", "ch", "Genève", "21 rue du Rhône", "1204",
           "facturation@fiduciaire-leman.example", "+41 22 555 01 26", -4, 4, [Open(0, 1980)]),
    Debtor("C027", "Galerie Sainte-Catherine", "fr_FR", "be", "Bruxelles", "11 quai aux Briques", "1000",
           "galerie@sainte-catherine.example", "+32 2 555 01 27", 8, 4, [Open(4, 1325)], currency="EUR"),
    Debtor("C028", "Hôtels du Plateau", "fr_FR", "ca", "Montréal", "4420 rue Saint-Denis", "H2J 2L1",
           "paiements@plateau.example", "+1 514 555 0128", 4, 4, [Open(-25, 2050)]),
    Debtor("C029", "Imprimerie de l'Erdre", "fr_FR", "fr", "Nantes", "35 quai de Versailles", "44000",
           "achats@erdre.example", "+33 2 99 00 01 29", 5, 4, [Open(-12, 1560)]),
    Debtor("C030", "Jardins d'Occitanie", "fr_FR", "fr", "Toulouse", "58 allées Jean-Jaurès", "31000",
           "bureau@jardins-occitanie.example", "+33 5 99 00 01 30", 33, 4, [Open(110, 3500, paid=2000)]),
]  # fmt: skip
DEBTORS = ARABIC + ENGLISH + FRENCH
FOREIGN_CREDIT_AMOUNT = 700
