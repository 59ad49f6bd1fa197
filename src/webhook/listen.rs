//! Where a server listens.

use std::fmt::{self, Display};
use std::io;
use std::net::{AddrParseError, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use socket2::{Domain, Socket, Type};
use tokio::net::TcpListener;

/// How many connections wait to be accepted.
const BACKLOG: i32 = 1024;

/// Where a server listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// A port of all addresses of the machine, of IPv4 and IPv6, as far as it has them: `:8443`.
    Port(u16),
    /// A port of one address, or of all addresses of one family: `127.0.0.1:8443`, `[::1]:8443`.
    Socket(SocketAddr),
}

impl ListenAddress {
    /// Returns the port; 0 stands for any free one.
    pub fn port(self) -> u16 {
        match self {
            Self::Port(port) => port,
            Self::Socket(address) => address.port(),
        }
    }

    /// Starts to listen.
    pub(super) fn bind(self) -> io::Result<TcpListener> {
        match self {
            Self::Port(port) => {
                bind((Ipv6Addr::UNSPECIFIED, port).into()).or_else(|error| match error.kind() {
                    io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied => Err(error),
                    // The kernel has no IPv6.
                    _ => bind((Ipv4Addr::UNSPECIFIED, port).into()),
                })
            }
            Self::Socket(address) => bind(address),
        }
    }
}

impl FromStr for ListenAddress {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        match text.strip_prefix(':').and_then(|port| port.parse().ok()) {
            Some(port) => Ok(Self::Port(port)),
            None => text.parse().map(Self::Socket),
        }
    }
}

impl Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port(port) => write!(f, ":{port}"),
            Self::Socket(address) => address.fmt(f),
        }
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    if address.is_ipv6() {
        // `[::]` accepts IPv4 as well, whatever `net.ipv6.bindv6only` says.
        socket.set_only_v6(false)?;
    }
    #[cfg(not(windows))]
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}

#[cfg(test)]
mod tests {
    use super::ListenAddress;

    #[test]
    fn an_address_without_a_host_is_a_port_of_all() {
        assert_eq!(":8443".parse(), Ok(ListenAddress::Port(8443)));
        for text in ["127.0.0.1:8443", "[::1]:8443", "[::]:0", "0.0.0.0:1"] {
            assert_eq!(text.parse(), Ok(ListenAddress::Socket(text.parse().unwrap())), "{text}");
        }
        for text in ["", ":", "8443", ":65536", "localhost:8443", "::1:8443"] {
            assert!(text.parse::<ListenAddress>().is_err(), "{text}");
        }
        for text in [":8443", "[::1]:8443"] {
            assert_eq!(text.parse::<ListenAddress>().unwrap().to_string(), text);
        }
    }
}
