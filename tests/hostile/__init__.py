"""The table of hostile cases: families of cases as data, the folders that they start from, and what runs them."""
