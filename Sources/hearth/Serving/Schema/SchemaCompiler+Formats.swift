/// Formats as patterns; a little narrower than the standards, so that all agree.
extension SchemaCompiler {
    private static let day =
        "[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)"
        + "|02-(0[1-9]|1[0-9]|2[0-8]))"
    private static let time = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{1,6})?"
    private static let zone = "(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
    private static let octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
    private static let name = "[a-z0-9]([a-z0-9]|-[a-z0-9]){0,7}"
    private static let host = "\(name)([.]\(name)){0,3}"
    private static let path = "(/[A-Za-z0-9_.~-]+)*"
    private static let group = "[0-9a-f]{1,4}"
    private static let mail =
        "^[A-Za-z0-9]([A-Za-z0-9_+-]|[.][A-Za-z0-9]){0,40}@([A-Za-z0-9]+[.])+[A-Za-z]{2,8}$"
    private static let link = "^https?://\(name)([.]\(name)){0,2}[.][a-z]{2,6}\(path)$"

    /// The pattern of each format; empty where it says nothing about which strings are valid.
    static let formats = [
        "date": "^\(day)$", "time": "^\(time)\(zone)$", "date-time": "^\(day)T\(time)\(zone)$",
        "duration": "^P([1-9][0-9]{0,3}[DW]|T[1-9][0-9]{0,3}[HMS]|[1-9][0-9]?DT[1-9][0-9]?H)$",
        "uuid": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
        "ipv4": "^\(octet)[.]\(octet)[.]\(octet)[.]\(octet)$",
        "ipv6": "^\(group):\(group):\(group):\(group):\(group):\(group):\(group):\(group)$",
        "email": mail, "idn-email": mail, "hostname": "^\(host)$", "idn-hostname": "^\(host)$",
        "uri": link, "iri": link, "uri-reference": link, "iri-reference": link, "url": link,
        "uri-template": link, "regex": "^[A-Za-z0-9 ]*$",
        "json-pointer": "^(/[A-Za-z0-9_-]+)*$", "relative-json-pointer": "^[0-9](/[A-Za-z0-9_-]+)*$",
        "byte": "^([A-Za-z0-9+/]{4})*$", "base64": "^([A-Za-z0-9+/]{4})*$", "binary": "", "password": "",
        "int32": "", "int64": "", "float": "", "double": "",
    ]
}
