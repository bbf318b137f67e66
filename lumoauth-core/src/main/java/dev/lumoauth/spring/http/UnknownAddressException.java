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

package dev.lumoauth.spring.http;

import java.net.URI;

import dev.lumoauth.spring.LumoAuthProtocolException;

/**
 * LumoAuth does not know an address, and another address is left to try. It is not known
 * yet whether this is a failure, so it is not recorded as one.
 */
final class UnknownAddressException extends LumoAuthProtocolException {

	private final transient URI endpoint;

	UnknownAddressException(URI endpoint, String message) {
		super(message, null);
		this.endpoint = endpoint;
	}

	URI endpoint() {
		return this.endpoint;
	}

}
