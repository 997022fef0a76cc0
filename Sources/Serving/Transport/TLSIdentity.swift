/// The certificate and private key the server shows, both as PEM text.
public struct TLSIdentity: Sendable {
    let certificate: String
    let key: String

    /// An identity from PEM texts.
    public init(certificate: String, key: String) {
        self.certificate = certificate
        self.key = key
    }
}
