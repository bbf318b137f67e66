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

package dev.lumoauth.spring.workload;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * A managed identity's token: of App Service, Functions and Container Apps by
 * {@code IDENTITY_ENDPOINT} ("How to use managed identities for App Service and Azure
 * Functions", REST protocol), else of a virtual machine by the instance metadata service
 * ("How to use managed identities on an Azure VM to acquire an access token"). A service
 * that is busy is asked again by the next call.
 */
record AzureToken(TokenServer server, PlatformTokens.Settings settings, URI metadata) implements PlatformTokenSource {

	@Override
	public String token() {
		String audience = this.settings.audience();
		if (audience == null) {
			throw new LumoAuthUnavailableException("Azure issues tokens for an application that is registered in the "
					+ "tenant, and " + this.settings.property("audience")
					+ " doesn't name it. Set it to the application's " + "Application ID URI, such as api://lumoauth",
					null);
		}
		String query = "&resource=" + encoded(audience) + clientId();
		String endpoint = variable("IDENTITY_ENDPOINT");
		if (endpoint == null) {
			URI address = URI.create(this.metadata + "/metadata/identity/oauth2/token?api-version=2018-02-01" + query);
			return this.server.get(address, Map.of("Metadata", "true")).token("access_token", advice());
		}
		String header = variable("IDENTITY_HEADER");
		if (header == null || variable("IDENTITY_SERVER_THUMBPRINT") != null) {
			throw new LumoAuthUnavailableException("IDENTITY_ENDPOINT is set without IDENTITY_HEADER, or with a "
					+ "thumbprint: Azure Arc and Service Fabric are not supported. Write the token to a file, and set "
					+ this.settings.property("token-file"), null);
		}
		URI address = LocalAddress.of("IDENTITY_ENDPOINT", endpoint, LocalAddress::isLoopbackOrLinkLocal,
				"an http address on this machine, or one that begins with 169.254");
		URI request = URI
			.create(endpoint + ((address.getRawQuery() != null) ? "&" : "?") + "api-version=2019-08-01" + query);
		return this.server.get(request, Map.of("X-IDENTITY-HEADER", header)).token("access_token", advice());
	}

	private String advice() {
		return "Give the machine a managed identity, name a user-assigned one by AZURE_CLIENT_ID, and set "
				+ this.settings.property("audience") + " to the Application ID URI of an application that is "
				+ "registered in the tenant";
	}

	private String clientId() {
		String id = variable("AZURE_CLIENT_ID");
		return (id != null) ? "&client_id=" + encoded(id) : "";
	}

	private @Nullable String variable(String name) {
		return this.settings.variable(name);
	}

	private static String encoded(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

}
