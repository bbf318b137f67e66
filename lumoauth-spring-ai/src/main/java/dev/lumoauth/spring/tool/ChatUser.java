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

package dev.lumoauth.spring.tool;

import java.util.List;

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
 * Says for which user the tools of one chat request act, where that is not who is signed
 * in: in a scheduled job, say, or a message listener. Comes before who is signed in.
 *
 * <pre class="code">
 * chatClient.prompt(question).advisors(ChatUser.of(userToken)).call().content();
 * </pre>
 *
 * Only for the request: as a default advisor it would act for that user whoever asks.
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
	 * @return what to give to the request
	 */
	public static ChatUser of(String token) {
		return new ChatUser(UserToken.of(token));
	}

	/**
	 * Name the user.
	 * @param token the user's access token, opaque or a JWT; not an ID token
	 * @return what to give to the request
	 */
	public static ChatUser of(OAuth2Token token) {
		return new ChatUser(UserToken.of(token));
	}

	/**
	 * Find who was named.
	 * @param advisors all advisors of a request, in the order of their chain: of those
	 * with the same order, the one that was added last is the first
	 * @return the one named last, the request's before a default; or nobody
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
		return chain.nextCall(told(request, chain.getCallAdvisors()));
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		return chain.nextStream(told(request, chain.getStreamAdvisors()));
	}

	/**
	 * Where the chat client has no guard, tools that are guarded by themselves learn it
	 * here.
	 */
	private ChatClientRequest told(ChatClientRequest request, List<? extends Advisor> advisors) {
		if (advisors.stream().anyMatch(GuardingAdvisor.class::isInstance)) {
			return request;
		}
		List<ToolCallback> offered = OfferedTools.of(request.prompt());
		List<ToolCallback> told = CallerBoundToolCallback.of(offered, namedIn(advisors),
				GuardingAdvisor.conversation(request), (tool) -> true);
		return (told != offered) ? OfferedTools.replace(request, told) : request;
	}

	@Override
	public String getName() {
		return "LumoAuth chat user";
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
