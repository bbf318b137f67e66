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
package dev.lumoauth.spring.token;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

import org.springframework.security.oauth2.core.OAuth2Token;

/**
 * On whose behalf the agent asks for a token, if not on its own (RFC 8693 section 1.1,
 * delegation).
 */
interface TokenSubject {

	/**
	 * Return what stands for the subject in a {@link TokenKey}.
	 */
	String key();

	/**
	 * Throw if there is no use in asking LumoAuth, nor a right to what is in memory.
	 * @param now the time
	 * @throws dev.lumoauth.spring.LumoAuthDeniedException if so
	 */
	void check(Instant now);

	/**
	 * Return the subject's token, for one request.
	 */
	Presented present();

	/**
	 * A token, presented.
	 *
	 * @param token the token
	 * @param end when it ends, {@code null} if that is not known
	 */
	record Presented(OAuth2Token token, @Nullable Instant end) {

	}

}
