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

package dev.lumoauth.spring.aauth.signature;

import java.util.List;

/**
 * A request is not signed correctly. The message says what is wrong, for a log; it quotes
 * nothing of the request.
 *
 * @since 0.1.0
 */
public class InvalidSignatureException extends RuntimeException {

	private final List<String> requiredComponents;

	InvalidSignatureException(String message) {
		this(message, List.of());
	}

	InvalidSignatureException(String message, List<String> requiredComponents) {
		super(message);
		this.requiredComponents = List.copyOf(requiredComponents);
	}

	/**
	 * Return the components that the signature has to cover but doesn't.
	 * @return the components (RFC 9421 section 2); empty if something else is wrong
	 */
	public List<String> getRequiredComponents() {
		return this.requiredComponents;
	}

}
