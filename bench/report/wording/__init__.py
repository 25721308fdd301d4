"""Every sentence of the page, English and Chinese side by side, a module for each part of the page."""
