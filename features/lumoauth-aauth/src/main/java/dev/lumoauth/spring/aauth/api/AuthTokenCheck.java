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

package dev.lumoauth.spring.aauth.api;

import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The result of LumoAuth's check of an auth token. An active token proves nothing without
 * the signature of the request that it came with.
 *
 * @param active whether the token is valid; if not, nothing else counts
 * @param agent the agent's identifier, or {@code null} if LumoAuth does not say
 * @param delegate the instance of the agent, or {@code null} if LumoAuth does not say
 * @param resource the resource that the token is for, or {@code null} if LumoAuth does
 * not say
 * @param subject the user on whose behalf the agent acts, or {@code null} if it acts for
 * itself
 * @param scopes the scopes of the token; possibly none
 * @param keyThumbprint the thumbprint (RFC 7638) of the key that has to sign, or
 * {@code null} if LumoAuth does not say
 * @param act the prior actors (RFC 8693 section 4.1); possibly none
 * @param error why the token is not valid, or {@code null} if LumoAuth does not say
 * @since 0.1.0
 */
public record AuthTokenCheck(boolean active, @Nullable String agent, @Nullable String delegate,
		@Nullable String resource, @Nullable String subject, Set<String> scopes, @Nullable String keyThumbprint,
		Map<String, Object> act, @Nullable String error) {
}
