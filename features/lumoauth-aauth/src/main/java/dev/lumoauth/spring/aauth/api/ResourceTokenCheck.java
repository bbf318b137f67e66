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

import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The result of LumoAuth's check of a resource token.
 *
 * @param active whether the token is valid; if not, nothing else counts
 * @param resource the resource that issued the token, or {@code null} if LumoAuth does
 * not say
 * @param scopes the scopes that may be requested with it; possibly none
 * @param authRequestUrl the request that the token came from, or {@code null} if LumoAuth
 * does not say
 * @param error why the token is not valid, or {@code null} if LumoAuth does not say
 * @since 0.1.0
 */
public record ResourceTokenCheck(boolean active, @Nullable String resource, Set<String> scopes,
		@Nullable String authRequestUrl, @Nullable String error) {
}
