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

package dev.lumoauth.spring.autoconfigure;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

import dev.lumoauth.spring.autoconfigure.tool.LumoAuthMethodSecurityAutoConfiguration;
import dev.lumoauth.spring.autoconfigure.tool.LumoAuthToolAutoConfiguration;
import dev.lumoauth.spring.capability.CapabilityDecisions;
import dev.lumoauth.spring.capability.CapabilityDeniedException;
import dev.lumoauth.spring.capability.FakeCapabilitySource;
import dev.lumoauth.spring.capability.RequiresCapability;
import dev.lumoauth.spring.guard.GuardConfigurationException;
import dev.lumoauth.spring.otherpackage.PackagePrivateBase;
import io.modelcontextprotocol.server.McpServerFeatures;
import io.modelcontextprotocol.server.McpStatelessServerFeatures;
import io.modelcontextprotocol.spec.McpSchema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

import org.springframework.ai.support.ToolCallbacks;
import org.springframework.ai.tool.ToolCallback;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.tool.function.FunctionToolCallback;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.util.ClassUtils;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.registry.ImportHttpServices;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * That what is annotated is claimed by a guard, or refuses to start: in shapes that no
 * guard knows, behind proxies of others, and in contexts beside the one with the guard.
 */
class GuardClaimTests {

	private static final AtomicInteger RUNS = new AtomicInteger();

	private final FakeCapabilitySource lumoAuth = new FakeCapabilitySource().deny("a");

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class,
				LumoAuthToolAutoConfiguration.class))
		.withBean(CapabilityDecisions.class, () -> BeanMethodGuardTests.decisions(this.lumoAuth));

	@BeforeEach
	void reset() {
		RUNS.set(0);
	}

	private static String run() {
		RUNS.incrementAndGet();
		return "ran";
	}

	private static ToolCallback plainTool() {
		return FunctionToolCallback.builder("tool", () -> run()).build();
	}

	@ParameterizedTest
	@ValueSource(classes = { SupplierOfTools.class, ProviderOfTools.class, StreamOfTools.class, ToolHolder.class,
			ToolsAndAnObject.class, Resources.class, Prompts.class })
	void refusesAnAnnotatedBeanMethodWhoseToolsNoGuardKnows(Class<?> configuration) {
		refuses(this.runner.withUserConfiguration(configuration), "@Bean method");
	}

	@ParameterizedTest
	@ValueSource(classes = { QueueOfTools.class, HiddenQueue.class })
	void refusesAContainerThatCannotHoldGuardedTools(Class<?> configuration) {
		refuses(this.runner.withUserConfiguration(configuration), "java.util.ArrayDeque holds tools", "return a List");
	}

	@Test
	void refusesAnnotatedToolsWhereTheGuardAroundToolsIsMissing() {
		refuses(new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(LumoAuthMethodSecurityAutoConfiguration.class))
			.withBean(CapabilityDecisions.class, () -> BeanMethodGuardTests.decisions(this.lumoAuth))
			.withUserConfiguration(ListOfTools.class), "'tools'", "is not guarded");
	}

	@Test
	void refusesAPackagePrivateMethodOfAClassInAnotherPackage() {
		refuses(this.runner.withBean(InAnotherPackage.class), "run of class " + PackagePrivateBase.class.getName(),
				"package-private in another package");
	}

	@ParameterizedTest
	@EnumSource(Wrapping.class)
	void guardsABeanThatAnotherPostProcessorHasWrapped(Wrapping wrapping) {
		this.runner.withUserConfiguration(wrapping.configuration)
			.withBean("wrapper", BeanPostProcessor.class, () -> wrapping.postProcessor)
			.run((context) -> {
				assertThat(context).hasNotFailed();
				Api api = context.getBean("api", Api.class);
				assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(api::run);
				assertThat(RUNS).hasValue(0);
				this.lumoAuth.grant("a");
				context.getBean(CapabilityDecisions.class).invalidate();
				assertThat(context.getBean("api", Api.class).run()).isEqualTo("ran");
				assertThat(RUNS).hasValue(1);
			});
	}

	@ParameterizedTest
	@ValueSource(classes = { ServiceBean.class, LazyServiceBean.class, ToolBean.class, ToolMethodBean.class,
			ListOfTools.class, FunctionBean.class, TypeOnly.class })
	void refusesWhatIsAnnotatedInAChildContext(Class<?> configuration) {
		this.runner.run((context) -> {
			AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext();
			child.setParent(context.getSourceApplicationContext());
			child.register(configuration);
			assertThatExceptionOfType(GuardConfigurationException.class).isThrownBy(child::refresh)
				.withMessageContaining("context");
			assertThat(child.isActive()).isFalse();
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { EventsOnOtherThreads.class, EventsWithAnErrorHandler.class })
	void refusesWhatIsAnnotatedInAChildContextHoweverEventsAreHandled(Class<?> events) {
		this.runner.withUserConfiguration(events).run((context) -> {
			AnnotationConfigApplicationContext child = new AnnotationConfigApplicationContext();
			child.setParent(context.getSourceApplicationContext());
			child.register(ServiceBean.class);
			catchThrowable(child::refresh);
			assertThat(child.isActive()).isFalse();
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> child.getBean(Service.class));
		});
	}

	@ParameterizedTest
	@ValueSource(classes = { ServiceBean.class, LazyServiceBean.class, ToolBean.class, ToolMethodBean.class,
			ListOfTools.class, FunctionBean.class, TypeOnly.class })
	void refusesWhatIsAnnotatedInAParentContext(Class<?> configuration) {
		try (AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext(configuration)) {
			refuses(this.runner.withParent(parent), "context");
		}
	}

	@Test
	void letsContextsBeThatHaveNothingAnnotatedOrAGuardOfTheirOwn() {
		this.runner.run((context) -> {
			try (AnnotationConfigApplicationContext plain = new AnnotationConfigApplicationContext()) {
				plain.setParent(context.getSourceApplicationContext());
				plain.register(Plain.class);
				plain.refresh();
			}
			this.runner.withParent(context.getSourceApplicationContext())
				.withUserConfiguration(ServiceBean.class, ToolBean.class, ListOfTools.class)
				.run((child) -> {
					assertThat(child).hasNotFailed();
					assertThatExceptionOfType(CapabilityDeniedException.class)
						.isThrownBy(() -> child.getBean(Service.class).run());
				});
		});
	}

	@Test
	void leavesAnEmptyListOfToolsEmpty() {
		this.runner.withUserConfiguration(NoTools.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat((List<?>) context.getBean("tools")).isEmpty();
			assertThatExceptionOfType(UnsupportedOperationException.class)
				.isThrownBy(() -> ((List<?>) context.getBean("tools")).add(null));
		});
	}

	@Test
	void guardsTheOtherMethodsOfAToolWhoseBeanMethodIsAnnotated() {
		this.runner.withUserConfiguration(ToolWithMore.class).run((context) -> {
			assertThat(context).hasNotFailed();
			MoreThanATool tool = context.getBean(MoreThanATool.class);
			assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(tool::more);
			assertThat(tool.call("{}")).isEqualTo("Error: agent lacks 'a' capability.");
			assertThat(tool.getToolDefinition().name()).isEqualTo("more");
			assertThat(RUNS).hasValue(0);
			this.lumoAuth.grant("a");
			context.getBean(CapabilityDecisions.class).invalidate();
			assertThat(tool.more()).isEqualTo("ran");
			assertThat(tool.call("{}")).isEqualTo("ran");
			assertThat(RUNS).hasValue(2);
		});
	}

	@Test
	void guardsWhatAFactoryBeanMakesOfAnInterface() {
		this.runner.withUserConfiguration(FactoryBeans.class).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThatExceptionOfType(CapabilityDeniedException.class)
				.isThrownBy(() -> context.getBean("made", Api.class).run());
			assertThat(RUNS).hasValue(0);
		});
	}

	@Test
	void guardsAProxyOfAnAnnotatedInterface() {
		this.runner.withUserConfiguration(InterfaceClients.class).run((context) -> {
			assertThat(context).hasNotFailed();
			AnnotatedApi[] clients = { context.getBean("client", AnnotatedApi.class),
					context.getBean("lazyClient", AnnotatedApi.class), context.getBean(HttpApi.class) };
			for (AnnotatedApi client : clients) {
				assertThatExceptionOfType(CapabilityDeniedException.class).isThrownBy(client::run);
			}
			assertThat(RUNS).hasValue(0);
			this.lumoAuth.grant("a");
			context.getBean(CapabilityDecisions.class).invalidate();
			assertThat(clients[0].run()).isEqualTo("ran");
			assertThat(clients[1].run()).isEqualTo("ran");
		});
	}

	private static void refuses(ApplicationContextRunner runner, String... words) {
		runner.run((context) -> {
			assertThat(context).hasFailed();
			assertThat(NestedExceptionUtils.getMostSpecificCause(context.getStartupFailure()))
				.isInstanceOf(GuardConfigurationException.class)
				.hasMessageContainingAll(words);
		});
	}

	/**
	 * Who puts a JDK proxy of its own around a bean, and when.
	 */
	enum Wrapping {

		BEFORE_THE_GUARD(Declared.class, new BeanPostProcessor() {

			@Override
			public Object postProcessBeforeInitialization(Object bean, String beanName) {
				return wrapped(bean);
			}

		}),

		AFTER_THE_GUARD(Declared.class, new BeanPostProcessor() {

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				return wrapped(bean);
			}

		}),

		WITH_WHAT_IT_KEPT(Declared.class, new BeanPostProcessor() {

			private Object raw;

			@Override
			public Object postProcessBeforeInitialization(Object bean, String beanName) {
				this.raw = (bean instanceof Service) ? bean : this.raw;
				return bean;
			}

			@Override
			public Object postProcessAfterInitialization(Object bean, String beanName) {
				return (bean instanceof Service) ? wrapped(this.raw) : bean;
			}

		}),

		DECLARED_BY_CLASS(DeclaredByClass.class, BEFORE_THE_GUARD.postProcessor),

		LAZY(LazyDeclared.class, BEFORE_THE_GUARD.postProcessor);

		private final Class<?> configuration;

		private final BeanPostProcessor postProcessor;

		Wrapping(Class<?> configuration, BeanPostProcessor postProcessor) {
			this.configuration = configuration;
			this.postProcessor = postProcessor;
		}

		private static Object wrapped(Object bean) {
			if (!(bean instanceof Api)) {
				return bean;
			}
			return Proxy.newProxyInstance(Api.class.getClassLoader(), ClassUtils.getAllInterfaces(bean),
					(proxy, method, arguments) -> {
						try {
							return method.invoke(bean, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getTargetException();
						}
					});
		}

	}

	interface Api {

		String run();

	}

	@Configuration(proxyBeanMethods = false)
	static class Resources {

		@Bean
		@RequiresCapability("a")
		List<McpServerFeatures.SyncResourceSpecification> resources() {
			McpSchema.Resource resource = McpSchema.Resource.builder("docs://a", "a").build();
			return List.of(new McpServerFeatures.SyncResourceSpecification(resource, (exchange, request) -> {
				GuardClaimTests.run();
				return McpSchema.ReadResourceResult.builder(List.of()).build();
			}));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Prompts {

		@Bean
		@RequiresCapability("a")
		Map<String, McpStatelessServerFeatures.AsyncPromptSpecification> prompts() {
			return Map.of("a", new McpStatelessServerFeatures.AsyncPromptSpecification(
					McpSchema.Prompt.builder("a").build(), (context, request) -> Mono.empty()));
		}

	}

	interface AnnotatedApi {

		@GetExchange("run")
		@RequiresCapability("a")
		String run();

	}

	@HttpExchange("http://127.0.0.1:1")
	public interface HttpApi extends AnnotatedApi {

	}

	@Configuration(proxyBeanMethods = false)
	@ImportHttpServices(types = HttpApi.class)
	static class InterfaceClients {

		@Bean
		AnnotatedApi client() {
			return (AnnotatedApi) Proxy.newProxyInstance(AnnotatedApi.class.getClassLoader(),
					new Class<?>[] { AnnotatedApi.class }, (proxy, method, arguments) -> GuardClaimTests.run());
		}

		@Bean
		@Lazy
		Object lazyClient() {
			return client();
		}

	}

	static class Service implements Api {

		@Override
		@RequiresCapability("a")
		public String run() {
			return GuardClaimTests.run();
		}

	}

	static class ToolMethods {

		@Tool
		@RequiresCapability("a")
		public String run() {
			return GuardClaimTests.run();
		}

	}

	static class Toolbox {

		public ToolCallback tool() {
			return plainTool();
		}

	}

	static class MoreThanATool implements ToolCallback {

		@Override
		public ToolDefinition getToolDefinition() {
			return ToolDefinition.builder().name("more").inputSchema("{}").build();
		}

		@Override
		public String call(String toolInput) {
			return GuardClaimTests.run();
		}

		public String more() {
			return GuardClaimTests.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ToolWithMore {

		@Bean
		@RequiresCapability("a")
		MoreThanATool tool() {
			return new MoreThanATool();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoTools {

		@Bean
		@RequiresCapability("a")
		List<ToolCallback> tools() {
			return new ArrayList<>();
		}

	}

	static class InAnotherPackage extends PackagePrivateBase {

	}

	@RequiresCapability("a")
	static class Typed {

		public String run() {
			return GuardClaimTests.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Plain {

		@Bean
		List<ToolCallback> tools() {
			return List.of(plainTool());
		}

		@Bean
		String text() {
			return "text";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EventsOnOtherThreads {

		@Bean
		SimpleApplicationEventMulticaster applicationEventMulticaster() {
			SimpleApplicationEventMulticaster events = new SimpleApplicationEventMulticaster();
			events.setTaskExecutor(new SimpleAsyncTaskExecutor());
			return events;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EventsWithAnErrorHandler {

		@Bean
		SimpleApplicationEventMulticaster applicationEventMulticaster() {
			SimpleApplicationEventMulticaster events = new SimpleApplicationEventMulticaster();
			events.setErrorHandler((failure) -> {
			});
			return events;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Declared {

		@Bean
		Api api() {
			return new Service();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DeclaredByClass {

		@Bean
		Service api() {
			return new Service();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyDeclared {

		@Bean
		@Lazy
		Api api() {
			return new Service();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ServiceBean {

		@Bean
		Service service() {
			return new Service();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class LazyServiceBean {

		@Bean
		@Lazy
		Service service() {
			return new Service();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class TypeOnly {

		@Bean
		Typed typed() {
			return new Typed();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ToolBean {

		@Bean
		@RequiresCapability("a")
		ToolCallback tool() {
			return plainTool();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ToolMethodBean {

		@Bean
		ToolCallback tool() {
			return ToolCallbacks.from(new ToolMethods())[0];
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ListOfTools {

		@Bean
		@RequiresCapability("a")
		List<ToolCallback> tools() {
			return List.of(plainTool());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FunctionBean {

		@Bean
		@RequiresCapability("a")
		Supplier<String> function() {
			return () -> GuardClaimTests.run();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SupplierOfTools {

		@Bean
		@RequiresCapability("a")
		Supplier<ToolCallback> tools() {
			return () -> plainTool();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProviderOfTools {

		@Bean
		@RequiresCapability("a")
		ObjectProvider<ToolCallback> tools() {
			return new ObjectProvider<>() {

				@Override
				public Stream<ToolCallback> stream() {
					return Stream.of(plainTool());
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class StreamOfTools {

		@Bean
		@RequiresCapability("a")
		Stream<ToolCallback> tools() {
			return Stream.of(plainTool());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class QueueOfTools {

		@Bean
		@RequiresCapability("a")
		Queue<ToolCallback> tools() {
			return new ArrayDeque<>(List.of(plainTool()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HiddenQueue {

		@Bean
		@RequiresCapability("a")
		Object tools() {
			return new ArrayDeque<>(List.of(plainTool()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ToolHolder {

		@Bean
		@RequiresCapability("a")
		Toolbox tools() {
			return new Toolbox();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ToolsAndAnObject {

		@Bean
		@RequiresCapability("a")
		List<Object> tools() {
			return List.of(plainTool(), new ToolMethods());
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryBeans {

		@Bean
		ApiFactory made() {
			return new ApiFactory();
		}

	}

	static class ApiFactory implements FactoryBean<Api> {

		@Override
		public Api getObject() {
			return new Service();
		}

		@Override
		public Class<?> getObjectType() {
			return Api.class;
		}

	}

}
