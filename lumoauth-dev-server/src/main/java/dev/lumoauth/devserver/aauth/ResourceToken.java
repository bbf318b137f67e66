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

package dev.lumoauth.devserver.aauth;

import java.time.Instant;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.state.AAuthResource;

/**
 * The content of a token of type {@code resource+jwt}.
 *
 * @param resource the resource, {@code iss}
 * @param agent the identifier of the agent that it is for
 * @param thumbprint the thumbprint of the agent's key, {@code agent_jkt}
 * @param scopes the scopes that the resource wants
 * @param authRequestUrl the address of the resource's further details, if there are any
 * @param id {@code jti}
 * @param expiresAt {@code exp}
 */
record ResourceToken(AAuthResource resource, String agent, String thumbprint, Set<String> scopes,
		@Nullable String authRequestUrl, String id, Instant expiresAt) {

}
