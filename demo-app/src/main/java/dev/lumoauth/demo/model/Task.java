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

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The two things that the scripted model can be asked for.
 */
enum Task {

	/**
	 * To search the documents.
	 */
	DOCUMENTS("document", "search the documents") {

		private static final Pattern SUBJECT = Pattern
			.compile("(?i)\\bdocuments?\\s+(?:for|about|on)\\s+(.+?)\\s*(?:[,;.?!]|\\bthen\\b|$)");

		@Override
		@Nullable String argument(String question) {
			Matcher matcher = SUBJECT.matcher(question);
			if (matcher.find()) {
				return matcher.group(1);
			}
			boolean figuresOnly = FIGURES.argument(question) != null
					&& !question.toLowerCase(Locale.ROOT).contains("document");
			return figuresOnly ? null : question;
		}

	},

	/**
	 * To look up a financial figure.
	 */
	FIGURES("financial", "query the financial metrics") {

		private static final Pattern METRIC = Pattern.compile("(?i)\\b(EBITDA|revenue|net income|operating income"
				+ "|gross margin|free cash flow|capital expenditure|headcount)\\b");

		@Override
		@Nullable String argument(String question) {
			Matcher matcher = METRIC.matcher(question);
			return matcher.find() ? matcher.group(1) : null;
		}

	};

	private final String nameContains;

	private final String inWords;

	Task(String nameContains, String inWords) {
		this.nameContains = nameContains;
		this.inWords = inWords;
	}

	/**
	 * Return what to call a tool with for this task.
	 * @param question what the user asks
	 * @return the argument, or {@code null} if the user does not ask for this
	 */
	abstract @Nullable String argument(String question);

	boolean isDoneBy(String tool) {
		return tool.toLowerCase(Locale.ROOT).contains(this.nameContains);
	}

	String inWords() {
		return this.inWords;
	}

}
