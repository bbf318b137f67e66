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

package dev.lumoauth.spring.capability;

import java.util.List;

import dev.lumoauth.spring.Refusal;

import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.security.authorization.AuthorizationDeniedException;
import org.springframework.web.ErrorResponse;

/**
 * The agent lacks a capability. The message names only the capability, so it may be shown
 * to a model: {@code agent lacks 'read:documents' capability.} In a controller this
 * exception becomes HTTP 403 (RFC 9457).
 *
 * @since 0.1.0
 */
public class CapabilityDeniedException extends AuthorizationDeniedException implements ErrorResponse, Refusal {

	private final List<String> missing;

	public CapabilityDeniedException(List<String> missing) {
		super(message(missing), CapabilityDecision.deny(missing));
		this.missing = List.copyOf(missing);
	}

	/**
	 * Return the capabilities that the agent lacks.
	 * @return the names; empty if no capability would help
	 */
	@Override
	public List<String> getMissingCapabilities() {
		return this.missing;
	}

	@Override
	public String code() {
		return "deny";
	}

	@Override
	public String modelText() {
		return "Error: " + message(this.missing);
	}

	@Override
	public CapabilityDeniedException inWordsForModel() {
		return new WordedForModel(this.missing);
	}

	@Override
	public HttpStatusCode getStatusCode() {
		return HttpStatus.FORBIDDEN;
	}

	@Override
	public ProblemDetail getBody() {
		return ProblemDetail.forStatusAndDetail(HttpStatus.FORBIDDEN, message(this.missing));
	}

	/**
	 * Return the text for missing capabilities.
	 * @param missing the names
	 * @return {@code agent lacks 'a' capability.}, or {@code agent lacks 'a', 'b'
	 * capabilities.}; if no capability would help, {@code the tool is not permitted.}
	 */
	public static String message(List<String> missing) {
		if (missing.isEmpty()) {
			return "the tool is not permitted.";
		}
		return "agent lacks '" + String.join("', '", missing)
				+ ((missing.size() > 1) ? "' capabilities." : "' capability.");
	}

	/**
	 * A denial whose message a model may read.
	 */
	private static final class WordedForModel extends CapabilityDeniedException {

		private static final long serialVersionUID = 1L;

		private WordedForModel(List<String> missing) {
			super(missing);
		}

		@Override
		public String getMessage() {
			return modelText();
		}

	}

}
