package org.novametal.baremetal.exchange;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits a table into rows and values: separated by commas, or by tabs when the first line has one; values may be in double
 * quotes, within which a quote is written twice. Source: RFC 4180.
 */
final class CsvRows {
    private final String text;
    private final char separator;
    private final List<List<String>> rows = new ArrayList<>();
    private List<String> row = new ArrayList<>();
    private int at;

    private CsvRows(String text) {
        this.text = text;
        int lineEnd = text.indexOf('\n');
        this.separator =
                text.substring(0, lineEnd < 0 ? text.length() : lineEnd).contains("\t") ? '\t' : ',';
    }

    /**
     * The rows of a table; blank lines are left out.
     *
     * @throws IllegalArgumentException when a quoted value does not end, or more follows its end
     */
    static List<List<String>> parse(String text) {
        CsvRows table = new CsvRows(text.startsWith("\ufeff") ? text.substring(1) : text);
        while (table.at < table.text.length()) {
            table.row();
        }
        return table.rows;
    }

    private void row() {
        row = new ArrayList<>();
        do {
            row.add(at < text.length() && text.charAt(at) == '"' ? quoted() : plain());
        } while (more());
        if (row.size() > 1 || !row.getFirst().isBlank()) {
            rows.add(row);
        }
    }

    /** Skips the separator or the end of the line; returns whether the row goes on. */
    private boolean more() {
        if (at < text.length() && text.charAt(at) == separator) {
            at++;
            return true;
        }
        if (at < text.length() && text.charAt(at) == '\r') {
            at++;
        }
        if (at < text.length() && text.charAt(at) == '\n') {
            at++;
        }
        return false;
    }

    private String plain() {
        int begin = at;
        while (at < text.length() && text.charAt(at) != separator && text.charAt(at) != '\n') {
            at++;
        }
        int end = at > begin && text.charAt(at - 1) == '\r' ? at - 1 : at;
        return text.substring(begin, end);
    }

    private String quoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (true) {
            int quote = text.indexOf('"', at);
            if (quote < 0) {
                throw new IllegalArgumentException("has a quoted value that does not end, in row " + (rows.size() + 1));
            }
            value.append(text, at, quote);
            at = quote + 1;
            if (at < text.length() && text.charAt(at) == '"') {
                value.append('"');
                at++;
            } else {
                break;
            }
        }
        if (at < text.length() && text.charAt(at) != separator && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            throw new IllegalArgumentException("has text after a quoted value, in row " + (rows.size() + 1));
        }
        return value.toString();
    }
}
