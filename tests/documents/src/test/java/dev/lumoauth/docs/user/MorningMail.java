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

package dev.lumoauth.docs.user;

import dev.lumoauth.spring.tool.chat.ChatUser;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.security.oauth2.client.AuthorizedClientServiceOAuth2AuthorizedClientManager;
import org.springframework.security.oauth2.client.OAuth2AuthorizeRequest;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientProviderBuilder;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClientService;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.stereotype.Component;
import org.springframework.util.Assert;

/**
 * A job, which runs where nobody is signed in.
 */
@Component
class MorningMail {

	private final ChatClient chat;

	private final AuthorizedClientServiceOAuth2AuthorizedClientManager logins;

	MorningMail(ChatClient.Builder builder, FigureTools tools, ClientRegistrationRepository registrations,
			OAuth2AuthorizedClientService service) {
		this.chat = builder.defaultTools(tools).build();
		this.logins = new AuthorizedClientServiceOAuth2AuthorizedClientManager(registrations, service);
		this.logins.setAuthorizedClientProvider(OAuth2AuthorizedClientProviderBuilder.builder().refreshToken().build());
	}

	String write(String user, String question) {
		OAuth2AuthorizedClient login = this.logins
			.authorize(OAuth2AuthorizeRequest.withClientRegistrationId("lumoauth").principal(user).build());
		Assert.state(login != null, "The user has to sign in first");
		return this.chat.prompt(question).advisors(ChatUser.of(login.getAccessToken())).call().content();
	}

}
