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

package dev.lumoauth.devserver.web;

import java.util.Map;

/**
 * The text of a request and of its answer. Tokens and secrets are left out.
 *
 * @param number the number of the request
 * @param request the request: a line, headers, an empty line, the body
 * @param answer the answer, in the same form
 * @param tokens the claims of each JWT that was left out, by the name of the header or
 * parameter that it was in. Nobody has verified them
 * @since 0.1.0
 */
public record RecordedText(long number, String request, String answer, Map<String, Map<String, Object>> tokens) {

	/** About as many characters as are kept in memory. */
	int size() {
		return this.request.length() + this.answer.length() + this.tokens.toString().length();
	}

}
