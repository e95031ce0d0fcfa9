package org.novametal.baremetal.store.sql;

import java.sql.SQLException;

/** A failure of a query, as opposed to one of a change. */
final class SqlReadException extends SQLException {
    private static final long serialVersionUID = 1L;

    SqlReadException(SQLException cause) {
        super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
    }
}
