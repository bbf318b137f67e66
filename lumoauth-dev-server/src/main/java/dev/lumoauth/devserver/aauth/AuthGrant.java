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

import java.util.Map;
import java.util.Set;

import com.nimbusds.jose.jwk.JWK;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.state.AAuthResource;
import dev.lumoauth.devserver.state.Agent;
import dev.lumoauth.devserver.state.Tenant;
import dev.lumoauth.devserver.state.User;

/**
 * What an agent may do at a resource.
 *
 * @param tenant the tenant of both
 * @param agent the agent
 * @param delegate the instance of the agent that asked, {@code null} if it is the agent
 * itself
 * @param key the key that the token is bound to
 * @param resource the resource
 * @param scopes the scopes
 * @param user the user who has consented, {@code null} if no consent was needed
 * @param actor the previous actor, {@code null} if there is none
 */
record AuthGrant(Tenant tenant, Agent agent, @Nullable String delegate, JWK key, AAuthResource resource,
		Set<String> scopes, @Nullable User user, @Nullable Map<String, Object> actor) {

	AuthGrant by(User consenting, Set<String> permitted) {
		return new AuthGrant(this.tenant, this.agent, this.delegate, this.key, this.resource, permitted, consenting,
				this.actor);
	}

	AuthGrant with(JWK other, Set<String> narrowed) {
		return new AuthGrant(this.tenant, this.agent, this.delegate, other, this.resource, narrowed, this.user,
				this.actor);
	}

}
