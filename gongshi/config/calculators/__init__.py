"""What `gongshi calc` works out, one file per calculator: plain data in, plain data out, no database."""


class CalculationError(ValueError):
    """An input that cannot be worked out, said in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en
