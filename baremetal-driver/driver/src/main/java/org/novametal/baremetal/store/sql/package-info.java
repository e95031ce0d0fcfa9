/**
 * The store in SQL databases. Each statement is written once, in {@code NodeRows}, {@code OperationRows} or the classes that
 * implement the store's interfaces; a {@code Dialect} contains only the differences between databases.
 *
 * <p>Plain JDBC behind the small class {@code SqlSession}, instead of Jdbi: statements stay prepared as long as their
 * connection, and Jdbi's mappers would not shorten the conversion of rows, with their encrypted columns, to nested records.
 *
 * <p>A write transaction excludes all others from its first statement on, in every dialect. The data that it reads cannot
 * change until it commits, so rules are checked by reading first; the database's constraints are the last guard.
 */
@NullMarked
package org.novametal.baremetal.store.sql;

import org.jspecify.annotations.NullMarked;
