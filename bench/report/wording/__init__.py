"""Every sentence of the page in English and Chinese, one module for each part of the page, named as in `sections`."""
