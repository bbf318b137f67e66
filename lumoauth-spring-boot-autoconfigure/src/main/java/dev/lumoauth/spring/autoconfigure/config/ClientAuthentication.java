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

package dev.lumoauth.spring.autoconfigure.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.ClientAuthenticationMethod;

/**
 * The ways of client authentication that need no feature (RFC 6749 section 2.3, RFC 7591
 * section 2 for the names).
 */
public enum ClientAuthentication {

	/** Id and secret in the form. */
	CLIENT_SECRET_POST,

	/** Id and secret in the {@code Authorization} header. */
	CLIENT_SECRET_BASIC,

	/** An assertion signed by the agent (RFC 7523). */
	PRIVATE_KEY_JWT,

	/** A client certificate (RFC 8705). */
	TLS_CLIENT_AUTH,

	/** The client id only, without a secret. */
	NONE;

	static @Nullable ClientAuthentication of(ClientAuthenticationMethod method) {
		return Arrays.stream(values())
			.filter((known) -> known.name().equalsIgnoreCase(method.getValue()))
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return all of them as they are written.
	 */
	static String all() {
		return Arrays.stream(values()).map(ClientAuthentication::written).collect(Collectors.joining(", "));
	}

	/**
	 * Return the name as it is written.
	 */
	String written() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	boolean hasSecret() {
		return this == CLIENT_SECRET_POST || this == CLIENT_SECRET_BASIC;
	}

}
