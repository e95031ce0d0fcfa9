package org.novametal.dhcp;

/** The DHCP server cannot be used as it is; the message says what was tried, what was seen, and what to do. */
public final class DhcpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Makes the exception. */
    public DhcpException(String message) {
        super(message);
    }

    /** Makes the exception, with its cause. */
    public DhcpException(String message, Throwable cause) {
        super(message, cause);
    }
}
