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

package dev.lumoauth.spring.approval.springai;

import dev.lumoauth.spring.approval.Approval;
import dev.lumoauth.spring.approval.ApprovalException;
import dev.lumoauth.spring.approval.LumoAuthApprovals;

import org.springframework.ai.chat.client.ChatClient;
import org.springframework.ai.chat.memory.ChatMemory;

/**
 * Continues a chat once a person has decided about a call that the chat waits for. The
 * chat needs a {@link ChatMemory}, so that the model has the context.
 *
 * <pre class="code">
 * &#064;EventListener
 * void decided(ApprovalDecidedEvent event) {
 *     if (!event.isToResume() || event.getApproval().conversationId() == null) {
 *         return;
 *     }
 *     String answer = DecidedChat.resume(chatClient, approvals, event.getApproval()).call().content();
 * }
 * </pre>
 *
 * @since 0.1.0
 */
public final class DecidedChat {

	private DecidedChat() {
	}

	/**
	 * Run the approved call, as the caller who made it, and tell the model the result. A
	 * call that was denied or has expired does not run, and the model is told so.
	 * @param chatClient the client of the chat, with its memory
	 * @param approvals the agent's approvals
	 * @param approval the request that was decided
	 * @return the request to the model, to be called or streamed
	 * @throws IllegalArgumentException if the call does not belong to a conversation: its
	 * chat had no {@link ChatMemory#CONVERSATION_ID}
	 * @throws dev.lumoauth.spring.LumoAuthException if LumoAuth gave no answer
	 */
	public static ChatClient.ChatClientRequestSpec resume(ChatClient chatClient, LumoAuthApprovals approvals,
			Approval approval) {
		String conversation = approval.conversationId();
		if (conversation == null) {
			throw new IllegalArgumentException("The call of request " + approval.id()
					+ " belongs to no conversation: give its chat one by advisors((spec) -> "
					+ "spec.param(ChatMemory.CONVERSATION_ID, id)), with a ChatMemory");
		}
		String outcome = outcome(approvals, approval);
		return chatClient.prompt()
			.user((message) -> message.text(
					"The call of the tool '{tool}' with the arguments {arguments} is decided. Its outcome:\n{outcome}")
				.param("tool", approval.tool())
				.param("arguments", approval.arguments())
				.param("outcome", outcome))
			.advisors((spec) -> spec.param(ChatMemory.CONVERSATION_ID, conversation));
	}

	private static String outcome(LumoAuthApprovals approvals, Approval approval) {
		try {
			return String.valueOf(approvals.resume(approval.id()));
		}
		catch (ApprovalException ex) {
			return ex.modelText();
		}
	}

}
