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

package dev.lumoauth.devserver.oauth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.security.crypto.password.PasswordEncoder;

/**
 * Compares secrets, which are in clear text in the configuration file. An agent can have
 * two secrets, and Spring Authorization Server has one text for them.
 */
final class Secrets implements PasswordEncoder {

	private static final String SEPARATOR = "\0";

	private static final Pattern SPLIT = Pattern.compile(SEPARATOR, Pattern.LITERAL);

	static String join(List<String> secrets) {
		return String.join(SEPARATOR, secrets);
	}

	@Override
	public @Nullable String encode(@Nullable CharSequence rawPassword) {
		throw new UnsupportedOperationException("Secrets come from the configuration file");
	}

	@Override
	public boolean matches(@Nullable CharSequence rawPassword, @Nullable String encodedPassword) {
		if (rawPassword == null || encodedPassword == null) {
			return false;
		}
		byte[] raw = rawPassword.toString().getBytes(StandardCharsets.UTF_8);
		return SPLIT.splitAsStream(encodedPassword)
			.map((secret) -> MessageDigest.isEqual(raw, secret.getBytes(StandardCharsets.UTF_8)))
			.reduce(false, Boolean::logicalOr);
	}

}
