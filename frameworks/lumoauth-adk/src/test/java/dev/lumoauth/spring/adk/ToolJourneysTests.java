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

package dev.lumoauth.spring.adk;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.google.adk.agents.LiveRequestQueue;
import com.google.adk.agents.LlmAgent;
import com.google.adk.agents.RunConfig;
import com.google.adk.agents.RunConfig.StreamingMode;
import com.google.adk.agents.RunConfig.ToolExecutionMode;
import com.google.adk.events.Event;
import com.google.adk.models.BaseLlm;
import com.google.adk.runner.InMemoryRunner;
import com.google.adk.tools.AgentTool;
import com.google.adk.tools.Annotations.Schema;
import com.google.adk.tools.BaseTool;
import com.google.adk.tools.FunctionTool;
import com.google.adk.tools.LongRunningFunctionTool;
import com.google.adk.tools.ToolContext;
import com.google.genai.types.Content;
import com.google.genai.types.FunctionCall;
import com.google.genai.types.FunctionDeclaration;
import com.google.genai.types.Part;
import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.capability.CapabilityRequirement;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardTerms;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.schedulers.Schedulers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each kind of tool on each way to it, on ADK itself.
 */
class ToolJourneysTests {

	private static final String DENIED = "Error: agent lacks 'read:documents' capability.";

	private static final String UNAVAILABLE = "Error: authorization is unavailable; try again later.";

	private static final AtomicInteger ran = new AtomicInteger();

	private final TestAgent agent = new TestAgent();

	private final LumoAuthAdk adk = LumoAuthAdk.of(this.agent.runtime)
		.withPolicy((tool) -> tool.name().equals("analyst") ? needs("read:documents") : null);

	private final ScriptedLlm model = new ScriptedLlm();

	static GuardTerms needs(String capability) {
		return new GuardTerms(CapabilityRequirement.of(capability), false);
	}

	enum Kind {

		STATIC_METHOD {
			@Override
			BaseTool tool() {
				return FunctionTool.create(Documents.class, "searchStatic");
			}
		},

		METHOD {
			@Override
			BaseTool tool() {
				return FunctionTool.create(new Documents(), "search");
			}
		},

		METHOD_OF_ANNOTATED_SUBCLASS {
			@Override
			BaseTool tool() {
				return FunctionTool.create(new SecretDocuments(), "find");
			}
		},

		METHOD_OF_INTERFACE {
			@Override
			BaseTool tool() {
				return FunctionTool.create(new Archive(), "look");
			}
		},

		MAYBE {
			@Override
			BaseTool tool() {
				return FunctionTool.create(new Documents(), "searchMaybe");
			}
		},

		SINGLE_ON_OTHER_THREAD {
			@Override
			BaseTool tool() {
				return FunctionTool.create(new Documents(), "searchLater");
			}
		},

		LONG_RUNNING {
			@Override
			BaseTool tool() {
				return LongRunningFunctionTool.create(new Documents(), "search");
			}
		},

		ANNOTATED_TOOL {
			@Override
			BaseTool tool() {
				return new AnnotatedTool();
			}
		},

		TOOL_WITH_ANNOTATED_METHOD {
			@Override
			BaseTool tool() {
				return new ToolWithAnnotatedMethod();
			}
		},

		AGENT {
			@Override
			BaseTool tool() {
				return AgentTool.create(LlmAgent.builder()
					.name("analyst")
					.description("analyst")
					.model(new ScriptedLlm().before((request) -> ran.incrementAndGet())
						.say(ScriptedLlm.text("found"))
						.say(ScriptedLlm.text("found")))
					.build(), false, true);
			}
		};

		abstract BaseTool tool();

	}

	enum Way {

		PLUGIN {
			@Override
			void run(ToolJourneysTests test, BaseTool tool) {
				test.model.call(tool.name());
				TestAgent.run(test.agent(tool), RunConfig.builder().build(), test.adk.plugin());
			}
		},

		MODEL_ON_OTHER_THREAD {
			@Override
			void run(ToolJourneysTests test, BaseTool tool) {
				test.model.onOtherThread();
				PLUGIN.run(test, tool);
			}
		},

		STREAMED {
			@Override
			void run(ToolJourneysTests test, BaseTool tool) {
				test.model.say(ScriptedLlm.partial(ScriptedLlm.text("let me ")),
						ScriptedLlm.response(ScriptedLlm.callOf(tool.name())));
				test.model.say(ScriptedLlm.partial(ScriptedLlm.text("do")), ScriptedLlm.text("done"));
				TestAgent.run(test.agent(tool), RunConfig.builder().streamingMode(StreamingMode.SSE).build(),
						test.adk.plugin());
			}
		},

		IN_PARALLEL {
			@Override
			void run(ToolJourneysTests test, BaseTool tool) {
				test.model.call(tool.name(), tool.name());
				TestAgent.run(test.agent(tool),
						RunConfig.builder().toolExecutionMode(ToolExecutionMode.PARALLEL).build(), test.adk.plugin());
			}
		},

		ON_OTHER_THREADS {
			@Override
			void run(ToolJourneysTests test, BaseTool tool) {
				test.model.call(tool.name(), tool.name());
				TestAgent.run(test.agent(tool),
						RunConfig.builder().toolExecutionMode(ToolExecutionMode.PARALLEL_SUBSCRIBE).build(),
						test.adk.plugin());
			}
		},

		SUB_AGENT {
			@Override
			void run(ToolJourneysTests test, BaseTool tool) {
				ScriptedLlm root = new ScriptedLlm().say(ScriptedLlm.response(Part.builder()
					.functionCall(FunctionCall.builder()
						.name("transfer_to_agent")
						.args(Map.of("agent_name", "researcher"))
						.build())
					.build()));
				test.model.call(tool.name());
				TestAgent.run(LlmAgent.builder().name("root").model(root).subAgents(test.agent(tool)).build(),
						RunConfig.builder().build(), test.adk.plugin());
			}
		},

		AGENT_AS_TOOL {
			@Override
			void run(ToolJourneysTests test, BaseTool tool) {
				test.model.call(tool.name());
				TestAgent.run(LlmAgent.builder()
					.name("root")
					.model(new ScriptedLlm().call("researcher"))
					.tools(AgentTool.create(test.agent(tool), false, true))
					.build(), RunConfig.builder().build(), test.adk.plugin());
			}
		},

		WITHOUT_PLUGIN {
			@Override
			void run(ToolJourneysTests test, BaseTool tool) {
				test.model.call(tool.name());
				TestAgent.run(test.agent(test.adk.guard(tool)), RunConfig.builder().build());
			}
		},

		GUARDED_TWICE {
			@Override
			void run(ToolJourneysTests test, BaseTool tool) {
				test.model.call(tool.name());
				TestAgent.run(test.agent(test.adk.guard(test.adk.guard(tool))), RunConfig.builder().build(),
						test.adk.plugin());
			}
		},

		LIVE {
			@Override
			void run(ToolJourneysTests test, BaseTool tool) {
				test.model.call(tool.name());
				InMemoryRunner runner = new InMemoryRunner(test.agent(test.adk.budgeted(test.model), tool), "test",
						List.of(test.adk.plugin()));
				LiveRequestQueue queue = new LiveRequestQueue();
				queue.content(Content.fromParts(Part.fromText("go")));
				String session = runner.sessionService().createSession("test", "user").blockingGet().id();
				runner.runLive("user", session, queue, RunConfig.builder().streamingMode(StreamingMode.BIDI).build())
					.takeUntil((Event event) -> event.stringifyContent().contains("done"))
					.blockingSubscribe();
				queue.close();
			}
		};

		abstract void run(ToolJourneysTests test, BaseTool tool);

		/**
		 * Return whether a plugin sees the request to the model.
		 */
		boolean isHiding() {
			return this != LIVE;
		}

	}

	static Stream<Arguments> all() {
		return Stream.of(Kind.values())
			.flatMap((kind) -> Stream.of(Way.values())
				// Refused, as another test shows.
				.filter((way) -> kind != Kind.AGENT || way != Way.WITHOUT_PLUGIN)
				.map((way) -> Arguments.of(kind, way)));
	}

	private LlmAgent agent(Object... tools) {
		return agent(this.model, tools);
	}

	private LlmAgent agent(BaseLlm model, Object... tools) {
		return LlmAgent.builder().name("researcher").description("researches").model(model).tools(tools).build();
	}

	private List<Map<String, Object>> results(Kind kind, Way way) {
		ran.set(0);
		way.run(this, kind.tool());
		return this.model.results();
	}

	@ParameterizedTest
	@MethodSource("all")
	void runsAllowed(Kind kind, Way way) {
		this.agent.capabilities.grant("read:documents");
		assertThat(results(kind, way)).isNotEmpty().allMatch((result) -> result.toString().contains("found"));
		assertThat(ran.get()).isEqualTo(this.model.results().size());
		assertThat(offered(0)).isNotEmpty();
		assertThat(this.agent.refused).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("all")
	void refusesAndHidesDenied(Kind kind, Way way) {
		this.agent.capabilities.deny("read:documents");
		assertThat(results(kind, way)).isNotEmpty().allMatch(Map.of("error", DENIED)::equals);
		assertThat(ran.get()).isZero();
		if (way.isHiding()) {
			assertThat(offered(0)).isEmpty();
		}
		assertThat(this.agent.refused).isNotEmpty().allMatch((each) -> each.endsWith(" deny"));
	}

	@ParameterizedTest
	@MethodSource("all")
	void refusesWithoutAnswer(Kind kind, Way way) {
		this.agent.capabilities.fail(new LumoAuthUnavailableException("https://lumoauth.internal is down", null));
		assertThat(results(kind, way)).isNotEmpty().allMatch(Map.of("error", UNAVAILABLE)::equals);
		assertThat(ran.get()).isZero();
		assertThat(offered(0)).isNotEmpty();
	}

	@ParameterizedTest
	@MethodSource("all")
	void refusesWhatIsRevokedAfterTheOffer(Kind kind, Way way) {
		this.agent.capabilities.grant("read:documents");
		this.model.before((request) -> this.agent.capabilities.deny("read:documents"));
		assertThat(results(kind, way)).isNotEmpty().allMatch(Map.of("error", DENIED)::equals);
		assertThat(offered(0)).isNotEmpty();
		assertThat(ran.get()).isZero();
	}

	/** Without the tool that ADK adds for sub-agents. */
	private List<String> offered(int request) {
		return ScriptedLlm.offered(this.model.requests.get(request))
			.stream()
			.filter((tool) -> !tool.equals("transfer_to_agent"))
			.toList();
	}

	public static class Documents {

		@RequiresCapability("read:documents")
		public static Map<String, Object> searchStatic(@Schema(name = "request") String request) {
			ran.incrementAndGet();
			return Map.of("result", "found");
		}

		@RequiresCapability("read:documents")
		public Map<String, Object> search(@Schema(name = "request") String request) {
			ran.incrementAndGet();
			return Map.of("result", "found");
		}

		@RequiresCapability("read:documents")
		public Maybe<Map<String, Object>> searchMaybe(@Schema(name = "request") String request) {
			return Maybe.fromCallable(() -> search(request));
		}

		@RequiresCapability("read:documents")
		public Single<Map<String, Object>> searchLater(@Schema(name = "request") String request) {
			return Single.fromCallable(() -> search(request)).subscribeOn(Schedulers.io());
		}

	}

	public static class PublicDocuments {

		public Map<String, Object> find(@Schema(name = "request") String request) {
			ran.incrementAndGet();
			return Map.of("result", "found");
		}

	}

	@RequiresCapability("read:documents")
	public static class SecretDocuments extends PublicDocuments {

	}

	public interface Searchable {

		@RequiresCapability("read:documents")
		Map<String, Object> look(String request);

	}

	public static class Archive extends PublicDocuments implements Searchable {

		@Override
		public Map<String, Object> look(@Schema(name = "request") String request) {
			return find(request);
		}

	}

	abstract static class OwnTool extends BaseTool {

		OwnTool() {
			super("own", "a tool of one's own");
		}

		@Override
		public Optional<FunctionDeclaration> declaration() {
			return Optional.of(FunctionDeclaration.builder().name(name()).description(description()).build());
		}

		Single<Map<String, Object>> found() {
			return Single.fromCallable(() -> {
				ran.incrementAndGet();
				return Map.of("result", "found");
			});
		}

	}

	@RequiresCapability("read:documents")
	static class AnnotatedTool extends OwnTool {

		@Override
		public Single<Map<String, Object>> runAsync(Map<String, Object> args, ToolContext context) {
			return found();
		}

	}

	static class ToolWithAnnotatedMethod extends OwnTool {

		@RequiresCapability("read:documents")
		@Override
		public Single<Map<String, Object>> runAsync(Map<String, Object> args, ToolContext context) {
			return found();
		}

	}

}
