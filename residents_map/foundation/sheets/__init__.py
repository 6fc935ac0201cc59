"""Ledgers as offices keep them: opening any workbook safely, and reading what people typed."""
