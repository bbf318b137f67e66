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

/**
 * A protected server refused the agent's request although its token is valid: HTTP 403,
 * for a reason that no other token would change.
 *
 * @since 0.1.0
 */
public class ResourceDeniedException extends LumoAuthDeniedException {

	/**
	 * Create the exception.
	 * @param message the message for people, which names the server
	 */
	public ResourceDeniedException(String message) {
		super(message, "access_denied", null);
	}

	@Override
	public String code() {
		return "not_permitted";
	}

	@Override
	public String modelText() {
		return NOT_PERMITTED;
	}

}
