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
 * What LumoAuth says of a resource token.
 *
 * @param active whether it is good; nothing else counts if it is not
 * @param resource whose it is, or {@code null} if that is not said
 * @param scopes what it allows to ask for; possibly none
 * @param authRequestUrl the request that it came from, or {@code null} if that is not
 * said
 * @param error why it is not good, or {@code null} if that is not said
 * @since 0.1.0
 */
public record ResourceTokenCheck(boolean active, @Nullable String resource, Set<String> scopes,
		@Nullable String authRequestUrl, @Nullable String error) {
}
