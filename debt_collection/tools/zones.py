"""The time zones of states, where a country has several. A state in two zones has both: what is allowed is allowed in
either. Codes are those of ISO 3166-2 without the country, as Odoo's states have them."""

from functools import cache

import pytz

_EAST, _CENTRAL, _MOUNTAIN, _PACIFIC = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
)

# country: {zones: codes of its states}
_STATES = {
    "US": {
        (_EAST,): "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
        ("America/Detroit", _CENTRAL): "MI",
        (_EAST, _CENTRAL): "FL IN KY TN",
        (_CENTRAL,): "AL AR IA IL LA MN MO MS OK WI",
        (_CENTRAL, _MOUNTAIN): "KS ND NE SD TX",
        (_MOUNTAIN,): "CO MT NM UT WY",
        ("America/Phoenix", _MOUNTAIN): "AZ",
        ("America/Boise", _PACIFIC): "ID",
        (_PACIFIC,): "CA WA",
        (_PACIFIC, _MOUNTAIN): "NV OR",
        ("America/Anchorage", "America/Adak"): "AK",
        ("Pacific/Honolulu",): "HI",
        ("America/Puerto_Rico",): "PR VI",
        ("Pacific/Guam",): "GU MP",
        ("Pacific/Pago_Pago",): "AS",
    },
    "CA": {
        ("America/St_Johns", "America/Halifax"): "NL",
        ("America/Halifax",): "NB NS PE",
        ("America/Toronto", "America/Halifax"): "QC",
        ("America/Toronto", "America/Winnipeg"): "ON",
        ("America/Winnipeg",): "MB",
        ("America/Regina", "America/Edmonton"): "SK",
        ("America/Edmonton",): "AB NT",
        ("America/Vancouver", "America/Edmonton"): "BC",
        ("America/Whitehorse",): "YT",
        ("America/Iqaluit", "America/Edmonton"): "NU",
    },
    "AU": {
        ("Australia/Sydney",): "ACT",
        ("Australia/Sydney", "Australia/Broken_Hill"): "NSW",
        ("Australia/Melbourne",): "VIC",
        ("Australia/Hobart",): "TAS",
        ("Australia/Brisbane",): "QLD",
        ("Australia/Adelaide",): "SA",
        ("Australia/Darwin",): "NT",
        ("Australia/Perth", "Australia/Eucla"): "WA",
    },
    "BR": {
        ("America/Sao_Paulo",): "DF ES GO MG PR RJ RS SC SP",
        ("America/Fortaleza",): "AL AP CE MA PA PB PI RN SE",
        ("America/Bahia",): "BA",
        ("America/Recife", "America/Noronha"): "PE",
        ("America/Araguaina",): "TO",
        ("America/Cuiaba",): "MT",
        ("America/Campo_Grande",): "MS",
        ("America/Manaus", "America/Rio_Branco"): "AM",
        ("America/Porto_Velho",): "RO",
        ("America/Boa_Vista",): "RR",
        ("America/Rio_Branco",): "AC",
    },
    "MX": {
        ("America/Tijuana",): "BCN",
        ("America/Hermosillo",): "SON",
        ("America/Mazatlan",): "BCS SIN",
        ("America/Mazatlan", "America/Mexico_City"): "NAY",
        ("America/Chihuahua", "America/Ciudad_Juarez"): "CHH",
        ("America/Monterrey", "America/Matamoros"): "COA NLE TAM",
        ("America/Cancun",): "ROO",
        ("America/Merida",): "CAM YUC",
        ("America/Mexico_City",): "AGU CHP CMX COL DUR GRO GUA HID JAL MEX MIC MOR OAX PUE QUE SLP TAB TLA VER ZAC",
    },
    "RU": {
        ("Europe/Kaliningrad",): "KGD",
        ("Europe/Moscow",): "AD ARK BEL BRY CE CU DA IN IVA KB KC KDA KL KLU KO KOS KR KRS LEN LIP ME MO MOS MOW "
        "MUR NEN NGR NIZ ORL PNZ PSK ROS RYA SE SMO SPE STA TA TAM TUL TVE VGG VLA VLG VOR YAR",
        ("Europe/Kirov",): "KIR",
        ("Europe/Samara",): "SAM UD",
        ("Europe/Astrakhan",): "AST",
        ("Europe/Saratov",): "SAR",
        ("Europe/Ulyanovsk",): "ULY",
        ("Asia/Yekaterinburg",): "BA CHE KGN KHM ORE PER SVE TYU YAN",
        ("Asia/Omsk",): "OMS",
        ("Asia/Novosibirsk",): "NVS",
        ("Asia/Barnaul",): "AL ALT",
        ("Asia/Tomsk",): "TOM",
        ("Asia/Novokuznetsk",): "KEM",
        ("Asia/Krasnoyarsk",): "KK KYA TY",
        ("Asia/Irkutsk",): "BU IRK",
        ("Asia/Chita",): "ZAB",
        ("Asia/Yakutsk",): "AMU",
        ("Asia/Yakutsk", "Asia/Srednekolymsk"): "SA",
        ("Asia/Vladivostok",): "KHA PRI YEV",
        ("Asia/Magadan",): "MAG",
        ("Asia/Sakhalin", "Asia/Srednekolymsk"): "SAK",
        ("Asia/Anadyr",): "CHU",
        ("Asia/Kamchatka",): "KAM",
    },
}
# where the state is not known: the ends of where nearly everybody lives
_ENDS = {
    "US": (_EAST, _PACIFIC),
    "CA": ("America/Toronto", "America/St_Johns", "America/Vancouver"),
    "AU": ("Australia/Sydney", "Australia/Perth"),
    "BR": ("America/Sao_Paulo", "America/Manaus"),
    "MX": ("America/Mexico_City", "America/Tijuana", "America/Cancun"),
    "RU": ("Europe/Moscow", "Europe/Kaliningrad", "Asia/Vladivostok"),
}


@cache
def zones(country, state=None):
    """Return the names of the time zones somebody may live in, the likeliest first; none for an unknown country.

    :param country: ISO code, as "US"
    :param state: code of the state, as "NY"

    >>> zones("US", "FL"), zones("SA"), zones("XX")
    (('America/New_York', 'America/Chicago'), ('Asia/Riyadh',), ())
    """
    for names, codes in _STATES.get(country, {}).items():
        if state in codes.split():
            return names
    return _ENDS.get(country) or tuple(pytz.country_timezones.get(country or "", ())[:1])
