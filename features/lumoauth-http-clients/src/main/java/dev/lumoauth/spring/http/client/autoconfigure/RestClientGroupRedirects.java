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

import org.springframework.boot.http.client.ClientHttpRequestFactoryBuilder;
import org.springframework.boot.http.client.JdkClientHttpRequestFactoryBuilder;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;

/**
 * Keeps the {@code RestClient} of a group with {@code @LumoAuthAudience} from following
 * redirects: they are followed below the interceptors, so the token would be sent along.
 */
record RestClientGroupRedirects(AudienceGroups groups,
		ClientHttpRequestFactoryBuilder<?> builder) implements RestClientHttpServiceGroupConfigurer {

	RestClientGroupRedirects {
		// Once more, and last: the application's customizers are applied after the
		// settings.
		builder = (builder instanceof JdkClientHttpRequestFactoryBuilder jdk)
				? jdk.withHttpClientCustomizer((client) -> client.followRedirects(HttpClient.Redirect.NEVER)) : builder;
	}

	/**
	 * After Boot's configurers: one of them sets a request factory, and one applies the
	 * customizers, which may set another one. Before the application's own configurers,
	 * which know the group.
	 */
	@Override
	public int getOrder() {
		return 1;
	}

	@Override
	public void configureGroups(Groups<RestClient.Builder> groups) {
		groups.filter(LumoAuthAudiences::mentionedIn)
			.forEachClient((group, client) -> client
				.requestFactory(this.builder.build(this.groups.settings(group, RestClient.class))));
	}

}
