"""What the tests of disputes have in common."""

from .common import CollectionCommon, day


class DisputeCommon(CollectionCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.euro = cls.setup_other_currency("EUR")  # two euros are a dollar
        cls.damaged = cls.env.ref("debt_collection.dispute_reason_damaged")
        cls.damaged.write({"days": 10, "user_id": False})
        cls.invoice = cls._invoice(1000, day(-12))
        cls._assess(day(0))

    def _dispute(self, amounts, on=None, **values):
        """Raise a dispute on a day, the first by default: {invoice: amount}."""
        cases = self._on(self._case(), on or day(0))
        return (
            self.env["collection.dispute"]
            .with_env(cases.env)
            ._raise(
                cases,
                {self._item(move).with_env(cases.env): amount for move, amount in amounts.items()},
                self.damaged,
                **values,
            )
        )

    def _log(self, case=None):
        return (case or self._case()).contact_ids.sorted("seq").mapped("summary")
