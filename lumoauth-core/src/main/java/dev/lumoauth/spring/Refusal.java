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

package dev.lumoauth.spring;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * An exception that says that guarded code doesn't run. Whoever passes it on needs no
 * other knowledge of it: it has a code for metrics and audit events, and the text that a
 * model may read instead of the answer of a tool. The message of the exception is for
 * people.
 *
 * @since 0.1.0
 */
public interface Refusal {

	/**
	 * What a model reads when LumoAuth gave no answer, for whatever reason.
	 */
	String UNAVAILABLE = "Error: authorization is unavailable; try again later.";

	/**
	 * What a model reads when nothing that it or the user could do would help.
	 */
	String NOT_PERMITTED = "Error: the tool is not permitted.";

	/**
	 * Return why the code doesn't run.
	 * @return a word in lower case, such as {@code deny} or {@code no_user}: one of few,
	 * and the same for all refusals for one reason
	 */
	String code();

	/**
	 * Return the text that a model may read.
	 * @return a text without an address, a policy, a token or anything that only people
	 * may know
	 */
	String modelText();

	/**
	 * Return the same refusal with the text for a model as its message, and without a
	 * cause: a framework shows the message of an exception to its model.
	 * @return the exception to throw
	 */
	RuntimeException inWordsForModel();

	/**
	 * Return the capabilities that the agent lacks and that would help.
	 * @return the names; none by default
	 */
	default List<String> getMissingCapabilities() {
		return List.of();
	}

	/**
	 * Find the refusal behind a failure.
	 * @param failure the failure
	 * @return the exception, which is a {@link Refusal}; {@code null} if there is none
	 * among the first 16 causes
	 */
	static @Nullable RuntimeException find(@Nullable Throwable failure) {
		int depth = 0;
		for (Throwable cause = failure; cause != null && depth < 16; cause = cause.getCause(), depth++) {
			if (cause instanceof Refusal && cause instanceof RuntimeException refusal) {
				return refusal;
			}
		}
		return null;
	}

}
