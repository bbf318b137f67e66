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

package dev.lumoauth.spring.http.client.autoconfigure;

import java.net.http.HttpClient;

import dev.lumoauth.spring.http.client.LumoAuthAudiences;

import org.springframework.boot.http.client.reactive.ClientHttpConnectorBuilder;
import org.springframework.boot.http.client.reactive.JdkClientHttpConnectorBuilder;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;

/**
 * Keeps the {@code WebClient} of a group with {@code @LumoAuthAudience} from following
 * redirects: they are followed below the filters, so the token would be sent along.
 */
record WebClientGroupRedirects(AudienceGroups groups,
		ClientHttpConnectorBuilder<?> builder) implements WebClientHttpServiceGroupConfigurer {

	WebClientGroupRedirects {
		// Once more, and last: the application's customizers are applied after the
		// settings.
		builder = (builder instanceof JdkClientHttpConnectorBuilder jdk)
				? jdk.withHttpClientCustomizer((client) -> client.followRedirects(HttpClient.Redirect.NEVER)) : builder;
	}

	/**
	 * After Boot's configurers: one of them sets a connector, and one applies the
	 * customizers, which may set another one. Before the application's own configurers,
	 * which know the group.
	 */
	@Override
	public int getOrder() {
		return 1;
	}

	@Override
	public void configureGroups(Groups<WebClient.Builder> groups) {
		groups.filter(LumoAuthAudiences::mentionedIn)
			.forEachClient((group, client) -> client
				.clientConnector(this.builder.build(this.groups.settings(group, WebClient.class))));
	}

}
