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

import java.net.URI;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

import dev.lumoauth.devserver.aauth.AuthTokens;
import dev.lumoauth.devserver.oauth.TokenStore;
import dev.lumoauth.devserver.state.AAuthResource;
import dev.lumoauth.devserver.state.Application;
import dev.lumoauth.devserver.state.Audience;
import dev.lumoauth.devserver.state.Tenant;

/**
 * A tenant as the admin API shows it.
 */
record TenantView(String slug, List<AgentView> agents, List<AudienceView> audiences,
		@JsonProperty("aauth_resources") List<AAuthView> aauthResources, List<UserView> users,
		List<ApplicationView> applications) {

	static TenantView of(Tenant tenant, TokenStore store, AuthTokens authTokens) {
		return new TenantView(tenant.slug(),
				tenant.agents().stream().map((agent) -> AgentView.of(agent, tenant, store, authTokens)).toList(),
				tenant.audiences().stream().map(AudienceView::of).toList(),
				tenant.aauthResources().stream().map(AAuthResource::identity).map(AAuthView::of).toList(),
				tenant.users().stream().map((user) -> UserView.of(user, tenant, store)).toList(),
				tenant.applications().stream().map(ApplicationView::of).toList());
	}

	record ApplicationView(@JsonProperty("client_id") String clientId, String name,
			@JsonProperty("redirect_uris") Set<URI> redirectUris) {

		private static ApplicationView of(Application application) {
			return new ApplicationView(application.id(), application.name(), application.settings().redirectUris());
		}

	}

	record AudienceView(String id, @Nullable URI resource, Set<String> clients, Set<String> scopes) {

		private static AudienceView of(Audience audience) {
			return new AudienceView(audience.id(), audience.resource(), audience.clients(), audience.scopes());
		}

	}

}
