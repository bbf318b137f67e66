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

import dev.lumoauth.spring.call.Conversation;
import dev.lumoauth.spring.guard.GuardLayer;
import dev.lumoauth.spring.tool.OfferGuard;
import dev.lumoauth.spring.tool.ToolGuard;
import dev.lumoauth.spring.user.Caller;
import dev.lumoauth.spring.user.IdentifiedCaller;
import dev.lumoauth.spring.user.ReactiveUserScope;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.client.ChatClientRequest;
import org.springframework.ai.chat.client.ChatClientResponse;
import org.springframework.ai.chat.client.DefaultChatClient.DefaultChatClientRequestSpec;
import org.springframework.ai.chat.client.DefaultChatClientBuilder;
import org.springframework.ai.chat.memory.ChatMemory;
import org.springframework.ai.chat.client.advisor.api.Advisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisor;
import org.springframework.ai.chat.client.advisor.api.CallAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisor;
import org.springframework.ai.chat.client.advisor.api.StreamAdvisorChain;
import org.springframework.ai.chat.client.advisor.api.ToolAdvisor;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.tool.ToolCallback;

/**
 * Puts the guard around every annotated tool that a chat request offers. The advisor is
 * outside the tool loop: the loop executes the callbacks of the request that enters it.
 * If the application has switched the loop off to execute the calls itself, it uses its
 * own callbacks instead of those of the request. These callbacks are not changed, so that
 * the watch sees what would run.
 * <p>
 * Tools that act for the user, or that may need an approval, are told who started the
 * chat; the latter are also told the conversation. This advisor still runs on the thread
 * that started the chat or subscribed.
 */
final class GuardingAdvisor implements CallAdvisor, StreamAdvisor {

	private final OfferGuard guard;

	private final int order;

	/**
	 * Create the advisor.
	 * @param guard the guard
	 * @param loopOrder the order of the advisor that runs the tool loop
	 */
	GuardingAdvisor(ToolGuard guard, int loopOrder) {
		this.guard = new OfferGuard(guard);
		this.order = loopOrder - 1;
	}

	/**
	 * Give the guard's advisors to a builder, unless the builder has them: those that a
	 * {@code ChatClient.Builder} bean has by default.
	 * @param builder the builder
	 * @param guard the guard
	 * @param loopOrder the order of the advisor that runs the tool loop; usually
	 * {@link org.springframework.ai.chat.client.advisor.ToolCallingAdvisor#DEFAULT_ORDER}
	 * @return {@code false} if the builder had them
	 */
	static boolean addTo(ChatClient.Builder builder, ToolGuard guard, int loopOrder) {
		if (isIn(builder, guard)) {
			return false;
		}
		builder.defaultAdvisors(
				List.of(new GuardingAdvisor(guard.in(GuardLayer.CHAT_CLIENT), loopOrder), new HidingAdvisor(guard)));
		return true;
	}

	/**
	 * Look at the advisors themselves: a client that was built and is changed by
	 * {@code mutate()} has another builder with the same advisors.
	 */
	private static boolean isIn(ChatClient.Builder builder, ToolGuard guard) {
		return builder instanceof DefaultChatClientBuilder
				&& builder.build().prompt() instanceof DefaultChatClientRequestSpec request
				&& request.getAdvisors()
					.stream()
					.anyMatch((each) -> each instanceof GuardingAdvisor advisor && advisor.guard.isOf(guard));
	}

	@Override
	public ChatClientResponse adviseCall(ChatClientRequest request, CallAdvisorChain chain) {
		if (!hasLoop(chain.getCallAdvisors())) {
			return chain.nextCall(request);
		}
		ChatClientRequest guarded = guarded(request);
		return chain.nextCall(needsCaller(guarded)
				? told(guarded, ChatUser.namedIn(chain.getCallAdvisors()).or(Caller.current())) : guarded);
	}

	@Override
	public Flux<ChatClientResponse> adviseStream(ChatClientRequest request, StreamAdvisorChain chain) {
		if (!hasLoop(chain.getStreamAdvisors())) {
			return chain.nextStream(request);
		}
		ChatClientRequest guarded = guarded(request);
		if (!needsCaller(guarded)) {
			return chain.nextStream(guarded);
		}
		Caller named = ChatUser.namedIn(chain.getStreamAdvisors());
		return Flux.deferContextual(
				(context) -> caller(named, context).flatMapMany((caller) -> chain.nextStream(told(guarded, caller))));
	}

	static Mono<Caller> caller(Caller named, ContextView context) {
		return ReactiveUserScope.caller(context, CallerPropagatingChatClient.caller(context)).map(named::or);
	}

	/**
	 * For a caller of the application as a server, any tool needs the caller: what the
	 * tool calls is decided or approved for that caller.
	 */
	private static boolean isServed(Caller caller) {
		return caller.authentication() instanceof IdentifiedCaller;
	}

	private static boolean needsCaller(ChatClientRequest request) {
		return isServed(Caller.current())
				|| OfferedTools.of(request.prompt()).stream().anyMatch(OfferGuard::needsCaller);
	}

	private static ChatClientRequest told(ChatClientRequest request, Caller caller) {
		List<ToolCallback> offered = OfferedTools.of(request.prompt());
		String conversation = conversation(request);
		ChatClientRequest noted = noted(request,
				Conversation.call(conversation, () -> OfferGuard.remarks(offered, caller)));
		List<ToolCallback> told = OfferGuard.boundTo(caller, conversation, offered,
				(tool) -> isServed(caller) || OfferGuard.needsCaller(tool));
		return (told != offered) ? OfferedTools.replace(noted, told) : noted;
	}

	/**
	 * The user's next chat is told of calls that were approved while nobody could run
	 * them. The chat's memory, which is outside, does not keep that.
	 */
	private static ChatClientRequest noted(ChatClientRequest request, List<String> approved) {
		if (approved.isEmpty()) {
			return request;
		}
		String note = "\n\n(A note of the application, not of the user. " + String.join(" ", approved) + ")";
		Prompt prompt = request.prompt()
			.augmentUserMessage((message) -> message.mutate().text(message.getText() + note).build());
		return request.mutate().prompt(prompt).build();
	}

	/**
	 * The conversation as the chat's memory knows it, if it has one.
	 */
	static @Nullable String conversation(ChatClientRequest request) {
		return (request.context().get(ChatMemory.CONVERSATION_ID) instanceof String id) ? id : null;
	}

	private static boolean hasLoop(List<? extends Advisor> advisors) {
		return advisors.stream().anyMatch(ToolAdvisor.class::isInstance);
	}

	private ChatClientRequest guarded(ChatClientRequest request) {
		List<ToolCallback> offered = OfferedTools.of(request.prompt());
		List<ToolCallback> guarded = this.guard.guard(offered);
		return (guarded != offered) ? OfferedTools.replace(request, guarded) : request;
	}

	@Override
	public String getName() {
		return "LumoAuthToolGuard";
	}

	@Override
	public int getOrder() {
		return this.order;
	}

}
