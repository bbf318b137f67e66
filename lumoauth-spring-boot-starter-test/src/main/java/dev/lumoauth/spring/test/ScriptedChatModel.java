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

package dev.lumoauth.spring.test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.Message;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage.ToolResponse;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.definition.ToolDefinition;

/**
 * A chat model for tests, which follows a script and sends no requests. It records the
 * prompts that it receives. <pre class="code">
 * &#064;TestConfiguration
 * class Models {
 *
 *     &#064;Bean
 *     ScriptedChatModel model() {
 *         return new ScriptedChatModel();
 *     }
 *
 * }
 *
 * &#064;Test
 * &#064;WithAgent("read:documents")
 * void reads(&#064;Autowired ScriptedChatModel model) {
 *     model.script((script) -&gt; script.calls("searchDocuments", Map.of("query", "Q3")).answers("There are three."));
 *     assertThat(this.analyst.ask("What is there on Q3?")).isEqualTo("There are three.");
 *     assertThat(model.toolResults()).singleElement().asString().contains("3 documents about Q3");
 * }
 * </pre>
 * <p>
 * A script's call of a tool that the model was not offered is an {@link AssertionError},
 * unless the script says {@link ModelScript#evenIfNotOffered()}. A capability that the
 * agent lacks hides its tools from the model.
 * <p>
 * Without a script the model obeys the question: for {@code searchDocuments Q3} it calls
 * the tool with the name of the first word. It passes the rest to each parameter that the
 * tool requires, or to all parameters if the tool requires none. It answers with the
 * result of the tool. A rest that begins with <code>{</code> is JSON and is passed to the
 * tool unchanged. If the model was not offered a tool with this name, it answers that it
 * has no such tool.
 * <p>
 * Before each test of a class with {@link WithAgent}, {@link #reset()} is called for such
 * beans.
 *
 * @since 0.1.0
 */
public class ScriptedChatModel implements ChatModel {

	private static final Pattern ID = Pattern.compile("call_(\\d{1,9})_\\d+");

	private final List<Prompt> prompts = new CopyOnWriteArrayList<>();

	private final @Nullable ModelScript first;

	private final boolean blind;

	private volatile @Nullable ModelScript script;

	/**
	 * Create a model that obeys the questions until it gets a script.
	 */
	public ScriptedChatModel() {
		this(null, false);
	}

	/**
	 * Create a model with a script, which it follows until it gets another one.
	 * @param script writes the script
	 */
	public ScriptedChatModel(Consumer<ModelScript> script) {
		this(written(script), false);
	}

	private ScriptedChatModel(@Nullable ModelScript script, boolean blind) {
		this.first = script;
		this.script = script;
		this.blind = blind;
	}

	/**
	 * Create a model that obeys even if it was not offered the tool. It shows what a
	 * model reads when it calls a hidden tool.
	 * @return the model
	 */
	public static ScriptedChatModel obeyingBlindly() {
		return new ScriptedChatModel(null, true);
	}

	/**
	 * Follow another script from now on.
	 * @param script writes the script
	 * @return this model
	 */
	public ScriptedChatModel script(Consumer<ModelScript> script) {
		this.script = written(script);
		return this;
	}

	/**
	 * Return to the script that the model was created with, or to obeying, and forget the
	 * recorded prompts.
	 */
	public void reset() {
		this.script = this.first;
		this.prompts.clear();
	}

	/**
	 * Return the prompts that the model received.
	 * @return the prompts, oldest first
	 */
	public List<Prompt> prompts() {
		return List.copyOf(this.prompts);
	}

	/**
	 * Return the tools' results, as the model read them. A text of a {@code @Tool} method
	 * is JSON, in quotes; a refusal is not.
	 * @return the results, oldest first
	 */
	public List<String> toolResults() {
		return responses().map(ToolResponse::responseData).toList();
	}

	/**
	 * Return the results of one tool, as the model read them.
	 * @param tool the tool's name
	 * @return the results, oldest first
	 */
	public List<String> toolResults(String tool) {
		return responses().filter((response) -> response.name().equals(tool)).map(ToolResponse::responseData).toList();
	}

	/**
	 * Return the tools that the model was offered last.
	 * @return the tools' names
	 */
	public Set<String> offeredTools() {
		List<Prompt> sent = prompts();
		return sent.isEmpty() ? Set.of() : Set.copyOf(offered(sent.get(sent.size() - 1)).keySet());
	}

	@Override
	public ChatResponse call(Prompt prompt) {
		return response(next(prompt));
	}

	/**
	 * An answer comes word by word.
	 */
	@Override
	public Flux<ChatResponse> stream(Prompt prompt) {
		return Flux.defer(() -> {
			AssistantMessage message = next(prompt);
			if (message.hasToolCalls()) {
				return Flux.just(response(message));
			}
			String text = Objects.requireNonNullElse(message.getText(), "");
			return Flux.fromStream(Arrays.stream(text.split("(?<= )")).map(AssistantMessage::new))
				.map(ScriptedChatModel::response);
		});
	}

	@Override
	public ToolCallingChatOptions getOptions() {
		return ToolCallingChatOptions.builder().build();
	}

	private AssistantMessage next(Prompt prompt) {
		this.prompts.add(prompt);
		ModelScript followed = this.script;
		return (followed != null) ? follow(followed, prompt) : obey(prompt);
	}

	private AssistantMessage follow(ModelScript followed, Prompt prompt) {
		List<ToolResponse> read = lastResponses(prompt);
		int message = read.isEmpty() ? 0 : messageOf(read.get(0)) + 1;
		List<ModelScript.Call> calls = followed.callsOf(message);
		if (calls.isEmpty()) {
			String answer = followed.answer();
			return new AssistantMessage((answer != null) ? answer : text(read));
		}
		Set<String> offered = offered(prompt).keySet();
		List<AssistantMessage.ToolCall> toolCalls = new ArrayList<>();
		for (ModelScript.Call call : calls) {
			if (!call.evenIfNotOffered() && !offered.contains(call.tool())) {
				throw new AssertionError(
						"The script calls the tool '%s', which the model was not offered. It was offered "
							.formatted(call.tool()) + offered
								+ ". A tool is hidden if the agent lacks its capability; 'evenIfNotOffered()' calls it all the "
								+ "same.");
			}
			toolCalls.add(toolCall(message, toolCalls.size(), call.tool(), call.arguments()));
		}
		return calling(toolCalls);
	}

	private AssistantMessage obey(Prompt prompt) {
		List<ToolResponse> read = lastResponses(prompt);
		if (!read.isEmpty()) {
			return new AssistantMessage(text(read));
		}
		ObeyedQuestion question = ObeyedQuestion.of(prompt.getUserMessage().getText());
		ToolDefinition tool = offered(prompt).get(question.tool());
		if (tool == null && !this.blind) {
			return new AssistantMessage("I have no tool '%s'.".formatted(question.tool()));
		}
		return calling(List.of(toolCall(0, 0, question.tool(), question.arguments(tool))));
	}

	private Stream<ToolResponse> responses() {
		return this.prompts.stream().flatMap((prompt) -> lastResponses(prompt).stream());
	}

	private static List<ToolResponse> lastResponses(Prompt prompt) {
		List<Message> messages = prompt.getInstructions();
		return (!messages.isEmpty() && messages.get(messages.size() - 1) instanceof ToolResponseMessage response)
				? response.getResponses() : List.of();
	}

	private static Map<String, ToolDefinition> offered(Prompt prompt) {
		Map<String, ToolDefinition> tools = new LinkedHashMap<>();
		if (prompt.getOptions() instanceof ToolCallingChatOptions options) {
			Objects.requireNonNullElse(options.getToolCallbacks(), List.<ToolCallback>of())
				.forEach((tool) -> tools.put(tool.getToolDefinition().name(), tool.getToolDefinition()));
		}
		return tools;
	}

	/**
	 * The id says which message of the script the call is from. Messages can't be
	 * counted, because a history may be shortened on its way back.
	 */
	private static AssistantMessage.ToolCall toolCall(int message, int position, String tool, String arguments) {
		return new AssistantMessage.ToolCall("call_" + message + "_" + position, "function", tool, arguments);
	}

	/**
	 * For a call of another model the script starts from its beginning.
	 */
	private static int messageOf(ToolResponse response) {
		Matcher matcher = ID.matcher(response.id());
		return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
	}

	private static AssistantMessage calling(List<AssistantMessage.ToolCall> calls) {
		return AssistantMessage.builder().content("").toolCalls(calls).build();
	}

	private static String text(List<ToolResponse> responses) {
		return responses.stream().map(ToolResponse::responseData).collect(Collectors.joining("\n"));
	}

	private static ChatResponse response(AssistantMessage message) {
		return new ChatResponse(List.of(new Generation(message)));
	}

	private static ModelScript written(Consumer<ModelScript> writer) {
		ModelScript script = new ModelScript();
		writer.accept(script);
		return script;
	}

}
