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

package dev.lumoauth.devserver.admin;

import java.time.Instant;
import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.oauth.IssuedToken;
import dev.lumoauth.devserver.oauth.Obtained;

/**
 * An active token as the admin API shows it: without the token itself.
 */
record TokenView(String id, String tenant, @JsonProperty("client_id") String clientId, String subject,
		List<String> audience, @JsonProperty("expires_at") Instant expiresAt, @Nullable String jkt, Obtained obtained) {

	static TokenView of(IssuedToken token) {
		return new TokenView(token.id(), token.tenant(), token.clientId(), token.subject(), token.audience(),
				token.expiresAt(), token.thumbprint(), token.obtained());
	}

}
