{
    "name": "Debt Collection: Sales",
    "summary": "Quotations of customers in collections say so; confirming them can take a manager",
    "version": "19.0.1.0.0",
    "category": "Accounting/Collections",
    "license": "LGPL-3",
    "author": "debt_collection contributors",
    "depends": ["debt_collection", "sale"],
    "auto_install": True,
}
