/**
 * The store in SQL databases. The statements stand once, in {@code NodeRows}, {@code OperationRows} and the classes of the
 * ports; a {@code Dialect} says only what differs between databases.
 *
 * <p>Plain JDBC behind {@code SqlSession}, seventy lines, instead of Jdbi: statements stay prepared as long as their
 * connection, one line each, and rows become records of parts with sealed columns, which Jdbi's mappers would not shorten.
 *
 * <p>A write transaction excludes all others from its first statement on, in every dialect. What it reads stays true until
 * it commits, so that rules are checked by reading first, and the database's own constraints are the last guard.
 */
@NullMarked
package org.novametal.baremetal.store.sql;

import org.jspecify.annotations.NullMarked;
