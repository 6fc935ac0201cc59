"""Machinery of the ledger that knows no model: ages, kinds' keyed numbers, ID numbers, pinyin."""
