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

package dev.lumoauth.spring.aauth.resource;

/**
 * A token is not accepted. The message says why and quotes nothing of the token. It
 * starts with a lower-case letter, because the kind of the token is put before it.
 *
 * @since 0.1.0
 */
final class InvalidTokenException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message why, without anything of the token
	 */
	public InvalidTokenException(String message) {
		super(message);
	}

}
