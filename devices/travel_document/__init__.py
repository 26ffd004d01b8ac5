"""The chip of passports and travel permits (ICAO Doc 9303 parts 10 and 11), over anything that exchanges APDUs."""
