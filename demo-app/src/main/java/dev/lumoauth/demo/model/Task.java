/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.demo.model;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The three tasks of the scripted model, in the order in which it does them.
 */
enum Task {

	/**
	 * Search the documents.
	 */
	DOCUMENTS("document", "search the documents") {

		private static final Pattern SUBJECT = Pattern
			.compile("(?i)\\bdocuments?\\s+(?:for|about|on)\\s+(.+?)\\s*(?:[,;.?!]|\\bthen\\b|$)");

		@Override
		Map<String, String> arguments(String question) {
			Matcher matcher = SUBJECT.matcher(question);
			if (matcher.find()) {
				return Map.of("query", matcher.group(1));
			}
			boolean figuresOnly = !FIGURES.arguments(question).isEmpty()
					&& !question.toLowerCase(Locale.ROOT).contains("document");
			return figuresOnly ? Map.of()
					: Map.of("query", REPORT.arguments(question).getOrDefault("subject", question));
		}

	},

	/**
	 * Look up a financial figure.
	 */
	FIGURES("financial", "query the financial metrics") {

		private static final Pattern METRIC = Pattern.compile("(?i)\\b(EBITDA|revenue|net income|operating income"
				+ "|gross margin|free cash flow|capital expenditure|headcount)\\b");

		private static final Pattern COMPANY = Pattern.compile("(?i)\\b(Acme|Globex|Initech|Hooli)\\b");

		private static final Pattern PERIOD = Pattern.compile("(?i)\\b(Q[1-4])\\b");

		@Override
		Map<String, String> arguments(String question) {
			Map<String, String> arguments = new LinkedHashMap<>();
			put(arguments, "metric", METRIC.matcher(question));
			if (!arguments.isEmpty()) {
				put(arguments, "company", COMPANY.matcher(question));
				put(arguments, "period", PERIOD.matcher(question));
			}
			return arguments;
		}

		private void put(Map<String, String> arguments, String name, Matcher matcher) {
			if (matcher.find()) {
				arguments.put(name, matcher.group(1));
			}
		}

	},

	/**
	 * Send a report of the results.
	 */
	REPORT("report", "send the report") {

		private static final Pattern SEND = Pattern.compile("(?i)\\bsend\\b.*?\\breport\\b(.*)");

		private static final Pattern SUBJECT = Pattern
			.compile("(?i)[\"\u201c](.+?)[\"\u201d]|\\b(?:for|about|on)\\s+(.+?)\\s*(?:[,;.?!]|\\bto\\b|$)");

		private static final Pattern RECIPIENTS = Pattern
			.compile("(?i)(?:^|[\"\u201d\\s])to\\s+([^\"\u201c\u201d]+?)\\s*(?:[,;.?!]|\\babout\\b|\\bon\\b|$)");

		@Override
		Map<String, String> arguments(String question) {
			Matcher send = SEND.matcher(question);
			if (!send.find()) {
				return Map.of();
			}
			Matcher subject = SUBJECT.matcher(send.group(1));
			String about = !subject.find() ? "Q3 performance"
					: (subject.group(1) != null) ? subject.group(1) : subject.group(2);
			Matcher recipients = RECIPIENTS.matcher(send.group(1));
			return Map.of("subject", about, "recipients", recipients.find() ? recipients.group(1) : "the board");
		}

	};

	private final String nameContains;

	private final String inWords;

	Task(String nameContains, String inWords) {
		this.nameContains = nameContains;
		this.inWords = inWords;
	}

	/**
	 * Return the arguments of the tool's call for this task.
	 * @param question what the user asks
	 * @return a value for each parameter; empty if the user does not ask for this
	 */
	abstract Map<String, String> arguments(String question);

	boolean isDoneBy(String tool) {
		return tool.toLowerCase(Locale.ROOT).contains(this.nameContains);
	}

	String inWords() {
		return this.inWords;
	}

}
