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

package dev.lumoauth.spring.tool.chat;

import java.util.List;

import dev.lumoauth.spring.tool.OfferGuard;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.UserToken;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.core.Ordered;
import org.springframework.security.oauth2.core.OAuth2Token;

/**
 * Names the user for whom the tools of one chat request act, if that is not the signed-in
 * user: for instance in a scheduled job or a message listener. The named user takes
 * precedence over the signed-in user.
 *
 * <pre class="code">
 * chatClient.prompt(question).advisors(ChatUser.of(userToken)).call().content();
 * </pre>
 *
 * Use it for single requests only: as a default advisor it would act for that user no
 * matter who asks.
 *
 * @since 0.1.0
 */
public final class ChatUser implements CallAdvisor, StreamAdvisor {

	private final Caller caller;

	private ChatUser(UserToken token) {
		this.caller = Caller.of(token);
	}

	/**
	 * Name the user.
	 * @param token the user's access token, opaque or a JWT; not an ID token
	 * @return the advisor for the request
	 */
	public static ChatUser of(String token) {
		return new ChatUser(UserToken.of(token));
	}

	/**
	 * Name the user.
	 * @param token the user's access token, opaque or a JWT; not an ID token
	 * @return the advisor for the request
	 */
	public static ChatUser of(OAuth2Token token) {
		return new ChatUser(UserToken.of(token));
	}

	/**
	 * Find the named user.
	 * @param advisors all advisors of a request, in the order of their chain: among those
	 * with the same order, the one that was added last comes first
	 * @return the user named last, where the request takes precedence over a default; or
	 * no user
	 */
	static Caller namedIn(List<? extends Advisor> advisors) {
		for (Advisor advisor : advisors) {
			if (advisor instanceof ChatUser user) {
				return user.caller;
			}
		}
		return Caller.NOBODY;
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		List<? extends Advisor> advisors = chain.getCallAdvisors();
		return chain.nextCall(isGuarded(advisors) ? request : told(request, namedIn(advisors).or(Caller.current())));
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		List<? extends Advisor> advisors = chain.getStreamAdvisors();
		return isGuarded(advisors) ? chain.nextStream(request)
				: Flux.deferContextual((context) -> GuardingAdvisor.caller(namedIn(advisors), context)
					.flatMapMany((caller) -> chain.nextStream(told(request, caller))));
	}

	/**
	 * If the chat client has no guard, this advisor passes the user to the tools that
	 * have their own guard.
	 */
	private static ChatClientRequest told(ChatClientRequest request, Caller caller) {
		List<ToolCallback> offered = OfferedTools.of(request.prompt());
		List<ToolCallback> told = OfferGuard.boundTo(caller, GuardingAdvisor.conversation(request), offered,
				(tool) -> true);
		return (told != offered) ? OfferedTools.replace(request, told) : request;
	}

	private static boolean isGuarded(List<? extends Advisor> advisors) {
		return advisors.stream().anyMatch(GuardingAdvisor.class::isInstance);
	}

	@Override
	public String getName() {
		return "LumoAuthChatUser";
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

	/**
	 * Without the user.
	 */
	@Override
	public String toString() {
		return "ChatUser[" + this.caller + "]";
	}

}
